import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
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

/** The members of jest's `--json` report that are used. */
export interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** @returns arguments of jest for each run that looks for the bug, the fastest first */
export function runsFor({ file, tests }: Mutant, exists: (path: string) => boolean): string[][] {
  if (tests) {
    return [[...tests]];
  }
  const twins = [join('test', file), file.replace(/^tools\/local\//, 'tools/local/test/')]
    .flatMap((path) => ['.test.ts', '.slow.test.ts'].map((ending) => path.replace(/\.tsx?$/, ending)))
    .filter((path) => path !== file && exists(path));
  return [
    ...(twins.length > 0 ? [['--runTestsByPath', ...twins]] : []),
    ...['unit', 'slow'].map((tier) => ['--selectProjects', tier, '--findRelatedTests', file]),
  ];
}

/** @returns the first failure of a report: an assertion, if one failed */
export function failureOf({ testResults }: Report, folder: string): Failure | undefined {
  const failures = testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const file = relative(folder, name);
      const tests = assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => ({
          file,
          test: fullName,
          timedOut: failureMessages.every((text) => text.includes('Exceeded timeout')),
        }));
      const [line = ''] = message.trim().split('\n');
      return tests.length > 0 ? tests : [{ file, test: line, timedOut: false }];
    });
  return failures.find(({ timedOut }) => !timedOut) ?? failures[0];
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
  const outputFile = join(folder, '.mutant-report.json');
  await rm(outputFile, { force: true });
  const jest = spawn(
    process.execPath,
    [
      join(folder, 'node_modules/jest/bin/jest.js'),
      ...['--ci', '--runInBand', '--bail', '--passWithNoTests', '--json', '--outputFile', outputFile],
      ...args,
    ],
    { cwd: folder, env: { ...process.env, ...env }, stdio: 'ignore' },
  );
  const kill = () => jest.kill('SIGKILL');
  const hang = setTimeout(kill, HANG);
  signal.addEventListener('abort', kill);
  const [code] = await once(jest, 'close');
  clearTimeout(hang);
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  if (existsSync(outputFile)) {
    return failureOf(JSON.parse(await readFile(outputFile, 'utf8')), folder);
  }
  return code === 0 ? undefined : { file: args.join(' '), test: 'the run does not end', timedOut: true };
}
