import type { CopyStep, RunStep } from '../../images/image-plan';
import { type BuildOptions, planImage } from '../../images/plan-image';

const settingsOf = (text: string, options?: BuildOptions) => planImage(text, options).settings;
const stepsOf = (text: string) => planImage(text).stages.flatMap(({ steps }) => steps);
const copyOf = (text: string) => stepsOf(text).find((step): step is CopyStep => step.kind === 'copy');
const runOf = (text: string) => stepsOf(text).find((step): step is RunStep => step.kind === 'run');

test.each([
  'node',
  'node:24-alpine',
  'docker.io/library/node:22',
  'public.ecr.aws/docker/library/node:24-alpine@sha256:0123',
  'localhost:5000/node',
  'gcr.io/distroless/nodejs22-debian12',
])('%s is an image of Node.js', (image) => {
  expect(() => planImage(`FROM ${image}`)).not.toThrow();
});

test.each(['nginx', 'python:3.13', 'alpine', 'scratch', 'nodered', 'prom/nodes'])(
  '%s is no image of Node.js',
  (image) => {
    expect(() => planImage(`FROM ${image}`)).toThrow(
      `Dockerfile:1: FROM ${image}: ${image} is not an image of Node.js`,
    );
  },
);

test('an argument before the first stage, a platform and a name are read', () => {
  const text = 'ARG V=22\nFROM --platform=$BUILDPLATFORM node:${V}-alpine AS Build\nFROM build\nCMD ["node", "a.js"]';
  expect(planImage(text)).toMatchObject({ stages: [{ steps: [] }, { parent: 0, steps: [] }] });
});

test('a stage that the image does not need is left out, whatever its image is', () => {
  const text = 'FROM golang AS tools\nRUN make\nFROM node\nCMD ["node"]';
  expect(planImage(text).stages).toEqual([{ steps: [] }]);
});

test('a stage from which files are copied must be of Node.js', () => {
  expect(() => planImage('FROM golang AS tools\nFROM node\nCOPY --from=tools /a /a')).toThrow(
    'Dockerfile:1: FROM golang AS tools: golang is not an image of Node.js',
  );
});

test('the target is the stage of that name', () => {
  const text = 'FROM node AS one\nCMD ["one"]\nFROM one AS two\nCMD ["two"]';
  expect(settingsOf(text, { target: 'one' }).command).toEqual(['one']);
  expect(settingsOf(text).command).toEqual(['two']);
  expect(() => settingsOf(text, { target: 'three' })).toThrow('the Dockerfile has no stage three');
});

test('ENV takes precedence over ARG, and a build argument over its default', () => {
  const text = 'FROM node\nARG A=1\nARG B=2\nENV B=3\nENV RESULT="$A $B"';
  expect(settingsOf(text).environment.RESULT).toBe('1 3');
  expect(settingsOf(text, { buildArgs: { A: '5', B: '6' } }).environment.RESULT).toBe('5 3');
});

test('an argument before the first stage is empty in a stage that does not declare it', () => {
  expect(settingsOf('ARG A=1\nFROM node\nENV R="x$A"').environment.R).toBe('x');
  expect(settingsOf('ARG A=1\nFROM node\nARG A\nENV R="x$A"').environment.R).toBe('x1');
});

test('ENV has its two forms, with quotes', () => {
  expect(settingsOf(`FROM node\nENV A=1 B="b c" C='$A'\nENV OLD some value`).environment).toMatchObject({
    ...{ A: '1', B: 'b c', C: '$A', OLD: 'some value' },
  });
});

test('WORKDIR is relative to the one before, and a stage inherits it', () => {
  expect(settingsOf('FROM node AS base\nWORKDIR /usr/src\nWORKDIR app\nFROM base').workingDirectory).toBe(
    '/usr/src/app',
  );
});

test('commands have the exec form or the shell form, of the shell that SHELL sets', () => {
  expect(settingsOf('FROM node\nCMD ["node", "a b.js"]').command).toEqual(['node', 'a b.js']);
  expect(settingsOf('FROM node\nCMD node index.js').command).toEqual(['/bin/sh', '-c', 'node index.js']);
  expect(settingsOf('FROM node\nSHELL ["/bin/bash", "-c"]\nCMD node index.js').command).toEqual([
    '/bin/bash',
    '-c',
    'node index.js',
  ]);
});

test('an entry point discards the command of the stage that it begins with, but not its own', () => {
  const inherited = 'FROM node AS base\nCMD ["base.js"]\nFROM base\nENTRYPOINT ["node"]';
  expect(settingsOf(inherited)).toMatchObject({ entryPoint: ['node'] });
  expect(settingsOf(inherited)).not.toHaveProperty('command');
  expect(settingsOf('FROM node\nCMD ["a.js"]\nENTRYPOINT ["node"]').command).toEqual(['a.js']);
});

test('a distroless image runs its command with node', () => {
  expect(settingsOf('FROM gcr.io/distroless/nodejs22-debian12\nCMD ["a.js"]').entryPoint).toEqual(['node']);
});

test.each([
  ['COPY a ./', '/app/'],
  ['COPY a .', '/app/'],
  ['COPY a b', '/app/b'],
  ['COPY a b/', '/app/b/'],
  ['COPY a /b', '/b'],
  ['COPY a /', '/'],
])('the destination of %s in /app is %s', (instruction, destination) => {
  expect(copyOf(`FROM node\nWORKDIR /app\n${instruction}`)?.destination).toBe(destination);
});

test('COPY has flags, both forms, and continued lines with comments', () => {
  expect(copyOf('FROM node\nCOPY --chown=node:node --chmod=755 ["a b", "c/"]')).toMatchObject({
    ...{ sources: ['a b'], destination: '/c/', mode: '755' },
  });
  expect(copyOf('FROM node\nCOPY a \\\n  # comment\n  b \\\n  c/')?.sources).toEqual(['a', 'b']);
});

test('COPY --from takes the name or the number of an earlier stage', () => {
  expect(copyOf('FROM node AS one\nFROM node\nCOPY --from=one /a /b')?.from).toBe(0);
  expect(copyOf('FROM node AS one\nFROM node\nCOPY --from=0 /a /b')?.from).toBe(0);
});

test('COPY from an image of a registry is an omission', () => {
  const { omissions, stages } = planImage('FROM node\nCOPY --from=nginx:1 /a /b');
  expect({ omissions, stages }).toEqual({ omissions: ['images'], stages: [{ steps: [] }] });
});

test.each(['https://example.com/a.js', 'app.tar.gz'])('ADD of %s is an error with the line', (source) => {
  expect(() => planImage(`FROM node\nADD ${source} ./`)).toThrow(
    `Dockerfile:2: ADD ${source} ./: ADD of ${source} is not supported here, only of files and folders`,
  );
});

test('a file whose content is in the Dockerfile is written with its variables', () => {
  expect(stepsOf('FROM node\nENV A=x\nCOPY <<EOF /app/a.txt\nit\'s "$A"\nEOF')).toMatchObject([
    { kind: 'file', path: '/app/a.txt', content: 'it\'s "x"\n' },
  ]);
  expect(stepsOf("FROM node\nCOPY <<'EOF' /a/\n$A\nEOF")).toMatchObject([{ path: '/a/EOF', content: '$A\n' }]);
});

test('RUN keeps its variables for the shell, and has those of ARG and ENV', () => {
  const step = runOf('FROM node\nARG A=1\nENV B=2\nWORKDIR /app\nRUN echo "$A" \\\n  # comment\n  && npm ci');
  expect(step).toMatchObject({
    text: 'Dockerfile:5: RUN echo "$A"',
    workingDirectory: '/app',
    environment: { A: '1', B: '2' },
  });
  expect(String(step?.command).replace(/\s+/g, ' ')).toBe('echo "$A" && npm ci');
});

test('RUN has an exec form and a script', () => {
  expect(runOf('FROM node\nRUN ["npm", "ci"]')?.command).toEqual(['npm', 'ci']);
  expect(runOf('FROM node\nRUN <<EOF\nset -e\nnpm ci\nEOF')?.command).toBe('set -e\nnpm ci\n');
});

test('the mounts of RUN are bound files, or caches and secrets without an effect', () => {
  const text = `FROM node
WORKDIR /app
RUN --mount=type=bind,source=package.json,target=package.json --mount=type=cache,target=/root/.npm --mount=type=secret,id=t npm ci`;
  expect(runOf(text)?.binds).toEqual([{ source: 'package.json', target: '/app/package.json' }]);
  expect(planImage(text).omissions).toEqual(['secrets']);
});

test('a Dockerfile without FROM is an error', () => {
  expect(() => planImage('RUN npm ci')).toThrow('the Dockerfile has no FROM');
});
