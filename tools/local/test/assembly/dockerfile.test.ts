import { parseDockerfile } from '../../assembly/dockerfile';

test('a command in exec form is parsed into its words', () => {
  expect(parseDockerfile('FROM node\nCMD ["node", "index.js"]')).toEqual({
    command: ['node', 'index.js'],
    environment: {},
    runsCommands: false,
  });
});

test('a command in shell form runs in a shell', () => {
  expect(parseDockerfile('FROM node\nCMD node index.js').command).toEqual(['/bin/sh', '-c', 'node index.js']);
});

test('the last command applies, regardless of the case of the instruction', () => {
  expect(parseDockerfile('FROM node\nCMD ["one"]\ncmd ["two"]').command).toEqual(['two']);
});

test('an entry point is parsed separately from the command', () => {
  const { entryPoint, command } = parseDockerfile('FROM node\nENTRYPOINT ["node"]\nCMD ["index.js"]');
  expect([entryPoint, command]).toEqual([['node'], ['index.js']]);
});

test('only the last stage of a Dockerfile applies', () => {
  const text = 'FROM node AS build\nENV A=1\nRUN npm ci\nCMD ["build"]\nFROM node\nCMD ["run"]';
  expect(parseDockerfile(text)).toEqual({ command: ['run'], environment: {}, runsCommands: false });
});

test('both forms of ENV set variables', () => {
  const { environment } = parseDockerfile(`FROM node\nENV A=1 B="two words" C='3'\nENV D four words`);
  expect(environment).toEqual({ A: '1', B: 'two words', C: '3', D: 'four words' });
});

test('a backslash continues a line, and comments are ignored', () => {
  const { command } = parseDockerfile('FROM node\n# CMD ["no"]\nCMD ["node", \\\n  # why not\n  "index.js"]');
  expect(command).toEqual(['node', 'index.js']);
});

test('a RUN instruction is detected', () => {
  expect(parseDockerfile('FROM node\nRUN npm ci').runsCommands).toBe(true);
});
