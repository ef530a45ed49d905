import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { Project } from './project';
import { StartedCommand } from './started-command';

// It packs, synthesizes and compiles.
jest.setTimeout(120_000);

/** A project with a CDK app, which is the example of the package. */
let project: Project;

beforeAll(() => {
  project = Project.create(['aws-cdk', 'aws-cdk-lib', 'constructs', '@types/node']);
  addApp('.');
  project.run(process.execPath, ['app.js'], { CDK_OUTDIR: 'cdk.out' });
});

afterEach(() => StartedCommand.stopAll());

afterAll(() => rmSync(project.folder, { recursive: true, force: true, maxRetries: 3 }));

/** Copies the example to a folder of the project. */
function addApp(folder: string): void {
  project.copyExample('jest', folder);
  // The validation of the template takes seconds of CPU time.
  project.replace(`${folder}/app.js`, 'new App()', 'new App({ builtinCloudFormationValidation: false })');
}

/** @returns the answer of the example's API */
async function answerOf(url: string, message: string): Promise<string> {
  const socket = new WebSocket(url);
  try {
    await once(socket, 'open');
    socket.send(message);
    const [answer] = await once(socket, 'message');
    return String(answer);
  } finally {
    socket.terminate();
  }
}

test('the archive contains the build, the examples, a manifest, a license and a README, and no sources or tests', () => {
  const others = project.files.filter((file) => !/^(dist|examples)\//.test(file));
  expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  expect(project.files.filter((file) => /(?<!\.d)\.ts$|\.test\.(?!js$)|\/test\//.test(file))).toEqual([]);
});

test('the packages that the package needs do not include a compiler', () => {
  const { dependencies } = JSON.parse(readFileSync(join(project.installed, 'package.json'), 'utf8'));
  expect(Object.keys(dependencies).filter((name) => /swc|esbuild|typescript/.test(name))).toEqual([]);
});

test('the command prints its version', () => {
  const { version } = JSON.parse(readFileSync(join(project.installed, 'package.json'), 'utf8'));
  expect(project.run(project.bin, ['--version'])).toBe(`${version}\n`);
});

test('the command runs an assembly until it is stopped, and prints nothing on standard error', async () => {
  const command = StartedCommand.start(project, ['--app', 'cdk.out']);
  expect(await answerOf(await command.url('websocket'), 'one')).toBe('echo: one');
  expect(await command.stop()).toEqual({ code: 0, stderr: '' });
});

test('with --watch the command synthesizes with the aws-cdk of the project, and runs the new code after a change', async () => {
  addApp('watched');
  const command = StartedCommand.start(project, ['--watch'], 'watched');
  const url = await command.url('websocket');
  expect(await answerOf(url, 'two')).toBe('echo: two');
  project.replace('watched/echo/index.js', 'echo:', 'changed:');
  await command.prints(({ text }) => text === 'The new code is live');
  expect(await answerOf(url, 'three')).toBe('changed: three');
  expect(await command.stop()).toEqual({ code: 0, stderr: '' });
});

test('the errors of a start name the file or the folder of the developer, and no file of the package', async () => {
  const errors = [];
  errors.push(await StartedCommand.start(project, ['--app', 'nothing']).end());
  addApp('faulty');
  project.replace('faulty/app.js', 'const app =', 'const app ==');
  errors.push(await StartedCommand.start(project, [], 'faulty').end());
  expect(errors).toEqual([
    { code: 1, stderr: expect.stringContaining('There is no cloud assembly in "nothing"') },
    { code: 1, stderr: expect.stringContaining(`${project.folder}/faulty/app.js:6\n`) },
  ]);
  expect(errors.filter(({ stderr }) => stderr.includes('@twinlane/local'))).toEqual([]);
});

test.each([
  ['throws', "throw new Error('mine');", /^Error: mine, at exports.handler \(.+\/asset\.\w+\/index\.js:1:\d+\)$/],
  ['does not parse', 'a b', /^Runtime\.UserCodeSyntaxError: SyntaxError: .+, at .+\/asset\.\w+\/index\.js:1$/],
])('the log names the file of a function that %s', async (_, code, line) => {
  const folder = join(project.folder, 'changed.out');
  cpSync(join(project.folder, 'cdk.out'), folder, { recursive: true });
  const [asset = ''] = readdirSync(folder).filter((name) => name.startsWith('asset.'));
  writeFileSync(join(folder, asset, 'index.js'), `exports.handler = async () => { ${code} }`);
  const command = StartedCommand.start(project, ['--app', 'changed.out']);
  expect(await answerOf(await command.url('websocket'), 'hello')).toContain('Internal server error');
  const { text } = await command.prints(({ level }) => level === 'error');
  expect(text).toMatch(line);
  await command.stop();
  rmSync(folder, { recursive: true });
});

/** Starts the app, calls it, and stops it. */
const CALL = `
  const app = await start({ assembly: 'cdk.out' });
  const url = app.urls.websocket ?? '';
  await app.stop();
  console.log(url.replace(/\\d+/, 'PORT'), new UserError('text').message);
`;

test('`start` runs in a CommonJS module', () => {
  project.write('start.cjs', `const { start, UserError } = require('@twinlane/local');\n(async () => {${CALL}})();`);
  expect(project.run(process.execPath, ['start.cjs'])).toBe('ws://localhost:PORT/dev text\n');
});

test('`start` runs in an ES module', () => {
  project.write('start.mjs', `import { start, UserError } from '@twinlane/local';\n${CALL}`);
  expect(project.run(process.execPath, ['start.mjs'])).toBe('ws://localhost:PORT/dev text\n');
});

test('the example passes with jest', () => {
  const jest = [require.resolve('jest/bin/jest'), '--rootDir', project.folder];
  expect(() => project.run(process.execPath, jest)).not.toThrow();
});

const MODES: [name: string, options: object, file: string][] = [
  ['for Node.js, as an ES module', { module: 'nodenext' }, 'types.mts'],
  ['for Node.js, as CommonJS', { module: 'nodenext' }, 'types.cts'],
  ['for a bundler', { module: 'esnext', moduleResolution: 'bundler' }, 'types.mts'],
];

test.each(MODES)('TypeScript compiles a program %s, with the declarations of the package', (_, options, file) => {
  project.write(
    file,
    `import { type LogLine, type Running, start, type StartOptions, UserError } from '@twinlane/local';
    const lines: LogLine[] = [];
    const options: StartOptions = { assembly: 'cdk.out', onEvent: (event) => event.event === 'log' && lines.push(event) };
    export const run = (): Promise<Running> => start(options);
    export const socketOf = (app: Running): string | undefined => app.urls.websocket;
    export const isMine = (error: unknown): error is UserError => error instanceof UserError;
    // @ts-expect-error The assembly is required.
    export const wrong: StartOptions = {};
    `,
  );
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'es2022',
    types: ['node'],
    ...options,
  };
  project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = join(require.resolve('typescript/package.json'), '../bin/tsc');
  expect(project.run(process.execPath, [tsc, '-p', '.'])).toBe('');
});

test('publint finds nothing to improve', () => {
  const publint = join(require.resolve('jest/package.json'), '../../publint/src/cli.js');
  const output = project.run(process.execPath, [publint, 'run', project.installed, '--strict', '--pack', 'false']);
  expect(output).toMatch(/All good/);
});
