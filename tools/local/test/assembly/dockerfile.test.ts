import { parseDockerfile } from '../../assembly/dockerfile';

test('the command of the exec form is its words', () => {
  expect(parseDockerfile('FROM node\nCMD ["node", "index.js"]')).toEqual({
    command: ['node', 'index.js'],
    environment: {},
    runsCommands: false,
  });
});

test('the command of the shell form is run by a shell', () => {
  expect(parseDockerfile('FROM node\nCMD node index.js').command).toEqual(['/bin/sh', '-c', 'node index.js']);
});

test('the last command counts, whatever the case of the instruction', () => {
  expect(parseDockerfile('FROM node\nCMD ["one"]\ncmd ["two"]').command).toEqual(['two']);
});

test('an entry point stands before the command', () => {
  const { entryPoint, command } = parseDockerfile('FROM node\nENTRYPOINT ["node"]\nCMD ["index.js"]');
  expect([entryPoint, command]).toEqual([['node'], ['index.js']]);
});

test('only the last stage runs', () => {
  const text = 'FROM node AS build\nENV A=1\nRUN npm ci\nCMD ["build"]\nFROM node\nCMD ["run"]';
  expect(parseDockerfile(text)).toEqual({ command: ['run'], environment: {}, runsCommands: false });
});

test('both forms of ENV set variables', () => {
  const { environment } = parseDockerfile(`FROM node\nENV A=1 B="two words" C='3'\nENV D four words`);
  expect(environment).toEqual({ A: '1', B: 'two words', C: '3', D: 'four words' });
});

test('lines go on after a backslash, and comments are no instructions', () => {
  const { command } = parseDockerfile('FROM node\n# CMD ["no"]\nCMD ["node", \\\n  # why not\n  "index.js"]');
  expect(command).toEqual(['node', 'index.js']);
});

test('what would be run while the image is built is noticed', () => {
  expect(parseDockerfile('FROM node\nRUN npm ci').runsCommands).toBe(true);
});
