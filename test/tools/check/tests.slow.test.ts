import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../../..');

jest.setTimeout(60_000);

const PASSES = "test('passes', () => undefined);";
const FAILS = "test('fails', () => { throw new Error('planted'); });";

/** A test file that fails in its first run and passes afterwards. */
const UNSTEADY = `
const { existsSync, writeFileSync } = require('node:fs');
test('passes the second time', () => {
  const again = existsSync(__filename + '.ran');
  writeFileSync(__filename + '.ran', '');
  expect(again).toBe(true);
});`;

/** A test file that passes only while the others run, and at this priority. */
function together(others: readonly string[], priority?: number): string {
  return `
const { existsSync, writeFileSync } = require('node:fs');
const { getPriority } = require('node:os');
test('runs together with the others', async () => {
  writeFileSync(__filename + '.ran', '');
  while (!${JSON.stringify(others)}.every((other) => existsSync(other + '.ran'))) await new Promise((done) => setTimeout(done, 20));
  expect(getPriority()).toBe(${priority ?? 'getPriority()'});
}, 60_000);`;
}

/** Runs `npm test` in a project with three tiers and these files. */
function runTests(files: Readonly<Record<string, string>>, ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-'));
  const all = {
    'jest.config.js': `module.exports = {
      projects: ['unit', 'slow', 'system'].map((name) => ({ displayName: name, testRegex: '/' + name + '/' })),
    };`,
    'package.json': '{}',
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const program = ['-r', join(PROJECT, 'bin/typescript.js'), join(PROJECT, 'tools/check/tests.ts'), ...args];
  const { status, stdout } = spawnSync(process.execPath, program, { cwd: folder, encoding: 'utf8' });
  return { status, lines: stdout.trim().split('\n') };
}

test('npm test passes with two files that fail once, and lists both', () => {
  const { status, lines } = runTests({
    'unit/a.test.js': UNSTEADY,
    'unit/b.test.js': PASSES,
    'system/c.test.js': UNSTEADY,
  });
  expect({ status, lines: lines.slice(3) }).toEqual({
    status: 0,
    lines: [
      'unsteady: unit/a.test.js failed, and passed when it ran again alone',
      'unsteady: system/c.test.js failed, and passed when it ran again alone',
      '3 passed, 0 failed',
    ],
  });
});

test('npm test fails if a file fails twice, or cannot be loaded', () => {
  const { status, lines } = runTests({
    'unit/a.test.js': PASSES,
    'unit/b.test.js': FAILS,
    'system/c.test.js': "require('./gone');",
  });
  expect({ status, lines: lines.slice(3) }).toEqual({
    status: 1,
    lines: ['failed: unit/b.test.js', 'failed: system/c.test.js', '1 passed, 2 failed'],
  });
});

test('npm test runs the unit and slow tiers while the system tier runs, at the lowest priority', () => {
  const { status, lines } = runTests({
    'unit/a.test.js': together(['system/c.test.js'], constants.priority.PRIORITY_LOW),
    'slow/b.test.js': together(['system/c.test.js'], constants.priority.PRIORITY_LOW),
    'system/c.test.js': together(['unit/a.test.js', 'slow/b.test.js']),
  });
  expect({ status, last: lines.at(-1) }).toEqual({ status: 0, last: '3 passed, 0 failed' });
});

test('npm test -- PATTERN runs the files that match it, in every tier', () => {
  const { status, lines } = runTests({ 'unit/a.test.js': PASSES, 'system/c.test.js': FAILS }, 'unit/a');
  expect({ status, last: lines.at(-1) }).toEqual({ status: 0, last: '1 passed, 0 failed' });
});

test('npm test fails if jest cannot start', () => {
  const { status, lines } = runTests({ 'jest.config.js': 'module.exports = { projects: 1 };' });
  expect({ status, last: lines.at(-1) }).toEqual({ status: 1, last: '0 passed, 3 failed' });
});

test('npm test -- --help describes the arguments, and runs nothing', () => {
  const { status, lines } = runTests({ 'unit/a.test.js': FAILS }, '--help');
  expect([status, lines[0]]).toEqual([0, 'Usage: npm test -- [options] [arguments...]']);
});
