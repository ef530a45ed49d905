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

test.each([
  'node',
  'node:24-alpine',
  `node@sha256:${'0'.repeat(64)}`,
  `node:24-alpine@sha256:${'0'.repeat(64)}`,
  `registry.example.com:5000/library/node:24-alpine@sha256:${'0'.repeat(64)}`,
  'node:24-alpine AS service',
  '--platform=linux/arm64 node:24-alpine',
  `--platform=$BUILDPLATFORM node:24-alpine@sha256:${'0'.repeat(64)} AS service`,
  '$IMAGE',
  '${IMAGE}:${TAG:-24-alpine}',
])('FROM %s begins a new stage', (image) => {
  const text = `ARG IMAGE=node TAG\nFROM node AS build\nRUN npm ci\nCMD ["build"]\nFROM ${image}\nENV A=1\nCMD ["run"]`;
  expect(parseDockerfile(text)).toEqual({ command: ['run'], environment: { A: '1' }, runsCommands: false });
});

test('a stage that begins with an earlier one keeps its commands, variables and RUN instructions', () => {
  const text = 'FROM node AS Base\nENV A=1\nRUN npm ci\nCMD ["run"]\nFROM --platform=linux/arm64 base\nENV B=2';
  expect(parseDockerfile(text)).toEqual({ command: ['run'], environment: { A: '1', B: '2' }, runsCommands: true });
});

test('a stage that begins with an earlier one does not change it', () => {
  const text = 'FROM node AS base\nCMD ["run"]\nFROM base AS tests\nRUN npm test\nCMD ["test"]\nFROM base';
  expect(parseDockerfile(text)).toEqual({ command: ['run'], environment: {}, runsCommands: false });
});

test('an entry point discards the command of an earlier stage, but not the command of its own stage', () => {
  const base = 'FROM node AS base\nCMD ["run"]\nFROM base';
  expect(parseDockerfile(`${base}\nENTRYPOINT ["node"]`).command).toBeUndefined();
  expect(parseDockerfile(`${base}\nCMD ["index.js"]\nENTRYPOINT ["node"]`).command).toEqual(['index.js']);
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
