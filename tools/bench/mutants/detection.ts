import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Mutant } from './mutant';

/** Milliseconds after which a run of tests counts as a hang. */
const HANG = 10 * 60_000;

/** A test that fails. */
export interface Failure {
  /** Relative to the project's folder. */
  readonly file: string;

  /** Full name of the test, or the first line of the error if the file could not run. */
  readonly test: string;

  /** True if the test failed only because it did not end in time. */
  readonly timedOut: boolean;
}

/** A test file that failed, as reporter.js writes it. */
export interface FailedFile {
  /** Absolute path. */
  readonly path: string;
  readonly message: string;
  readonly tests: readonly { readonly name: string; readonly messages: readonly string[] }[];
}

/** @returns arguments of jest for each run that looks for the bug, the fastest first */
export function runsFor({ file, tests }: Mutant, exists: (path: string) => boolean): string[][] {
  if (tests) {
    return [[...tests]];
  }
  const atSamePath = [join('test', file), file.replace(/^tools\/local\//, 'tools/local/test/')]
    .flatMap((path) => ['.test.ts', '.slow.test.ts'].map((ending) => path.replace(/\.tsx?$/, ending)))
    .filter((path) => path !== file && exists(path));
  return [
    ...(atSamePath.length > 0 ? [['--runTestsByPath', ...atSamePath]] : []),
    ...['unit', 'slow'].map((tier) => ['--selectProjects', tier, '--findRelatedTests', file]),
  ];
}

/** @returns the first failure of a test file: an assertion, if one failed */
export function failureOf({ path, message, tests }: FailedFile, folder: string): Failure {
  const file = relative(folder, path);
  const failures = tests.map(({ name, messages }) => ({
    file,
    test: name,
    timedOut: messages.every((text) => text.includes('Exceeded timeout')),
  }));
  const [line = ''] = message.trim().split('\n');
  return failures.find(({ timedOut }) => !timedOut) ?? failures[0] ?? { file, test: line, timedOut: false };
}

/**
 * Runs jest in a copy of the project.
 *
 * @returns the first test that fails, if one does. A run that does not end is a failure, too
 */
export async function firstFailure(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  signal.throwIfAborted();
  const output = join(folder, '.first-failure.json');
  await rm(output, { force: true });
  const jest = spawn(
    process.execPath,
    [
      join(folder, 'node_modules/jest/bin/jest.js'),
      ...args,
      ...['--ci', '--runInBand', '--bail', '--passWithNoTests', '--reporters', require.resolve('./reporter.js')],
    ],
    { cwd: folder, env: { ...process.env, ...env, FIRST_FAILURE: output }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let hangs = false;
  const kill = () => jest.kill('SIGKILL');
  const limit = setTimeout(() => {
    hangs = true;
    kill();
  }, HANG);
  signal.addEventListener('abort', kill);
  const [[code], errors] = await Promise.all([once(jest, 'close'), text(jest.stderr)]);
  clearTimeout(limit);
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  if (existsSync(output)) {
    return failureOf(JSON.parse(await readFile(output, 'utf8')), folder);
  }
  if (hangs) {
    return { file: args.join(' '), test: 'the run does not end', timedOut: true };
  }
  if (code !== 0) {
    throw new Error(`jest ${args.join(' ')} failed without a failed test:\n${errors}`);
  }
  return undefined;
}
