import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { bundle } from '../../../lib/functions/bundles';

// The real esbuild, with its calls recorded.
jest.mock('esbuild', () => {
  const esbuild = jest.requireActual<typeof import('esbuild')>('esbuild');
  return { ...esbuild, buildSync: jest.fn(esbuild.buildSync) };
});

const PROJECT = resolve(__dirname, '../../..');

const folder = mkdtempSync(join(tmpdir(), 'sources-'));

/** Writes source files to a new folder. @returns the path of the first */
function sources(name: string, files: Record<string, string>): string {
  mkdirSync(join(folder, name));
  const paths = Object.entries(files).map(([file, text]) => {
    const path = join(folder, name, file);
    writeFileSync(path, text);
    return path;
  });
  return paths[0] ?? '';
}

function bytes(entry: string): string {
  return readFileSync(join(bundle({ entry }), 'index.js'), 'utf8');
}

/** `bundle` in the state of a new process, and the entries of each of its calls of esbuild. */
function freshBundle(): { bundle: typeof bundle; calls: () => string[][] } {
  let fresh = bundle;
  let watched = jest.mocked(buildSync);
  jest.isolateModules(() => {
    fresh = require('../../../lib/functions/bundles').bundle;
    watched = require('esbuild').buildSync;
  });
  const before = watched.mock.calls.length;
  const entries = (options: BuildOptions) => (options.entryPoints as { in: string }[]).map((point) => point.in);
  return { bundle: fresh, calls: () => watched.mock.calls.slice(before).map(([options]) => entries(options)) };
}

test('one call of esbuild builds every function, the service and the WebSocket server', () => {
  const { bundle, calls } = freshBundle();
  bundle({ entry: 'lambda/connect.handler.ts' });
  bundle({ entry: 'lambda/deliver.handler.ts' });
  bundle({ entry: 'service/server.ts' });
  const handlers = ['lambda', 'lambda/tasks'].flatMap((folder) =>
    readdirSync(join(PROJECT, folder))
      .filter((file) => file.endsWith('.handler.ts'))
      .map((file) => join(folder, file)),
  );
  expect(calls().map((entries) => entries.sort())).toEqual([
    [...handlers, ...['service/lambda.handler.ts', 'service/server.ts', 'service/websocket/server.ts']].sort(),
  ]);
});

/**
 * Maximum size of each function's bundle in bytes: 2 percent above its size when the code was last reviewed. A cold start reads
 * all of it, so a new dependency of an adapter must not reach functions that do not need it.
 */
const BUDGETS = {
  canary: 87_000,
  connect: 35_740,
  deliver: 46_370,
  disconnect: 30_110,
  dispatch: 40_830,
  message: 62_590,
  push: 49_610,
  revoke: 34_390,
  'tasks/deliver': 47_840,
  'tasks/push': 50_940,
  'tasks/revoke': 42_040,
};

test.each(Object.entries(BUDGETS))('the bundle of the function %s has at most %i bytes', (name, budget) => {
  expect(Buffer.byteLength(bytes(`lambda/${name}.handler.ts`))).toBeLessThanOrEqual(budget);
});

test('an absolute path and a relative path of an entry give the same bundle', () => {
  expect(bundle({ entry: join(PROJECT, 'lambda/connect.handler.ts') })).toBe(
    bundle({ entry: 'lambda/connect.handler.ts' }),
  );
});

test('an entry outside the known folders is built separately and only once', () => {
  const { bundle, calls } = freshBundle();
  const entry = sources('elsewhere', { 'chat.ts': 'export const handler = () => 1;' });
  bundle({ entry });
  bundle({ entry });
  expect(calls()).toEqual([[expect.stringMatching(/elsewhere\/chat\.ts$/)]]);
});

test('the bundle of a source outside the project is not written to the folder of the source', () => {
  const entry = sources('outside', { 'chat.ts': 'export const handler = () => 1;' });
  bundle({ entry });
  expect(readdirSync(dirname(entry))).toEqual(['chat.ts']);
});

test('a bundle is minified CommonJS that runs', () => {
  const entry = sources('runs', {
    'chat.ts': 'export const handler = (longName: number): number =>\n  longName + 1;\n',
  });
  const text = bytes(entry);
  expect(text).not.toMatch(/longName|\n./);
  expect(require(join(bundle({ entry }), 'index.js')).handler(1)).toBe(2);
});

test('a comment, a different layout or a different folder does not change the bundle', () => {
  const dependency = 'module.exports = { one: 1 };';
  const plain = sources('plain', {
    'chat.ts': "import { one } from './dependency.js';\nexport const handler = () => one;",
    'dependency.js': dependency,
  });
  const commented = sources('commented', {
    'chat.ts': "/** What. */\nimport { one } from './dependency.js';\n\n// why\nexport const handler =\n  () => one;\n",
    'dependency.js': `// a comment\n${dependency}`,
  });
  expect(bytes(commented)).toBe(bytes(plain));
});

test('different code gives a different bundle', () => {
  const one = sources('one', { 'chat.ts': 'export const handler = () => 1;' });
  const two = sources('two', { 'chat.ts': 'export const handler = () => 2;' });
  expect(bytes(one)).not.toBe(bytes(two));
});

test('another process builds an identical bundle in a separate folder', () => {
  const entry = 'lambda/message.handler.ts';
  const other = freshBundle().bundle({ entry });
  expect(other).not.toBe(bundle({ entry }));
  expect(readFileSync(join(other, 'index.js'), 'utf8')).toBe(bytes(entry));
});

test('included files are copied to the given path in the folder of the bundle', () => {
  const entry = sources('with-files', { 'chat.ts': 'export const handler = () => 1;', 'page.html': '<p>' });
  const built = bundle({ entry, include: { 'pages/page.html': join(dirname(entry), 'page.html') } });
  expect(readFileSync(join(built, 'pages/page.html'), 'utf8')).toBe('<p>');
});

test("a source that does not build throws an error with esbuild's message", () => {
  const entry = sources('broken', { 'chat.ts': "import { gone } from './gone';\nexport const handler = gone;" });
  expect(() => bundle({ entry })).toThrow(/broken\/chat\.ts:1:\d+: ERROR: Could not resolve ".\/gone"/);
});

test('a source that does not build prints nothing', () => {
  const entry = sources('silent', { 'chat.ts': "import './gone';" });
  const script = `try { require('./lib/functions/bundles').bundle({ entry: process.argv[1] }); } catch { process.exitCode = 3; }`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', './bin/typescript.js', '-e', script, entry], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 3, stdout: '', stderr: '' });
});

test('a warning of esbuild is printed with its location', () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  bundle({ entry: sources('doubtful', { 'chat.ts': 'export const handler = (x: number) => x === -0;' }) });
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/doubtful\/chat\.ts:1:\d+/)]]);
  warn.mockRestore();
});
