/**
 * `npm test`: runs `unit` and then `slow` in the CPU time that `system` leaves unused. Then repeats each failed file alone,
 * once. See CONTRIBUTING.md.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, constants, setPriority, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { commandNamed } from '../cli';
import { type FileResult, filesToRepeat, type TierName, type TierResult, verdict } from './tier';

/** The members of jest's `--json` report that are used. */
interface Report {
  readonly success: boolean;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Number of concurrent test files. Tests in `unit` and `slow` share nothing; those in `system` use clocks, processes and ports. */
const WORKERS: Record<TierName, number> = { unit: availableParallelism(), slow: availableParallelism(), system: 1 };

async function main(): Promise<void> {
  const { args } = commandNamed('npm test --')
    .description(
      'Runs all tests, or those that the arguments of jest select. Runs each failed file a second time, alone.',
    )
    .argument('[arguments...]', 'passed to jest: paths, -t NAME, --seed N, … `npx jest --help` lists its options')
    .addHelpText(
      'after',
      '\nExit codes:\n  0  everything passed at the first or second attempt\n  1  something failed\n',
    )
    .allowUnknownOption()
    .parse();
  const all = ['--passWithNoTests', ...args];
  const [withoutClock, system] = await Promise.all([runWithoutClock(all), run('system', all)]);
  const results = [...withoutClock, system];
  const repeated: FileResult[] = [];
  for (const { tier, file } of filesToRepeat(results)) {
    console.error(`\nRunning again, alone: ${file}`);
    const { files } = await run(tier, ['--runTestsByPath', file]);
    repeated.push(...files);
  }
  const { ok, lines } = verdict(results, repeated);
  console.log(`\n${lines.join('\n')}`);
  process.exitCode = ok ? 0 : 1;
}

/** Runs the tiers that read no clock, at the lowest priority: tests that read one get the CPU whenever they want it. */
async function runWithoutClock(args: readonly string[]): Promise<TierResult[]> {
  const { PRIORITY_LOW } = constants.priority;
  const unit = await run('unit', args, PRIORITY_LOW);
  return [unit, await run('slow', args, PRIORITY_LOW)];
}

async function run(tier: TierName, args: readonly string[], priority?: number): Promise<TierResult> {
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-tests-'));
  const outputFile = join(folder, 'report.json');
  const start = performance.now();
  try {
    const jest = spawn(
      process.execPath,
      [
        require.resolve('jest/bin/jest'),
        ...['--selectProjects', tier, '--maxWorkers', `${WORKERS[tier]}`],
        ...['--json', '--outputFile', outputFile],
        ...args,
      ],
      // Without `ignore`, jest would also print its report to standard output.
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (priority !== undefined && jest.pid !== undefined) {
      // All processes that jest starts inherit it.
      setPriority(jest.pid, priority);
    }
    await once(jest, 'close');
    const seconds = (performance.now() - start) / 1000;
    if (!existsSync(outputFile)) {
      return { tier, seconds, files: [], broken: true };
    }
    const report: Report = JSON.parse(readFileSync(outputFile, 'utf8'));
    const files = report.testResults.map(fileResult);
    return { tier, seconds, files, broken: !report.success && files.every(({ failed }) => failed === 0) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fileResult({ name, status, assertionResults }: Report['testResults'][number]): FileResult {
  const tests = (wanted: string) => assertionResults.filter(({ status }) => status === wanted).length;
  const failed = tests('failed');
  return {
    file: relative(process.cwd(), name),
    passed: tests('passed'),
    failed: status === 'failed' ? Math.max(failed, 1) : failed,
  };
}

void main();
