import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Failure, firstFailure } from './detection';
import type { Mutant } from './mutant';
import { ProjectCopy } from './project-copy';

/** A bug, and the test that detects it, if one does: by an assertion, or else by its time limit. */
export interface Finding {
  readonly mutant: Mutant;
  readonly failure: Failure | undefined;
}

export interface SearchOptions {
  readonly mutants: readonly Mutant[];
  /** @returns arguments of jest for each run that looks for the bug, until one fails */
  readonly runs: (mutant: Mutant, exists: (path: string) => boolean) => string[][];
  /** Environment variables of the tests. */
  readonly env?: NodeJS.ProcessEnv;
  readonly report: (line: string) => void;
}

/**
 * Plants each bug in a copy of the project and runs tests there, one copy for each core. A test detects a bug only if it
 * passes without the bug. Throws if there are no bugs.
 */
export async function search({ mutants, runs, env = {}, report }: SearchOptions): Promise<Finding[]> {
  if (mutants.length === 0) {
    throw new Error(
      'The text must occur in a bug. Fix: use a part of a file or description in tools/bench/mutants/list.',
    );
  }
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Error('Interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const waiting = [...mutants];
  const findings: Finding[] = [];
  const passesWithoutBug = new Map<string, Promise<boolean>>();

  const detect = async (copy: ProjectCopy, mutant: Mutant): Promise<Finding> => {
    const run = (args: readonly string[]) => firstFailure(copy.folder, args, env, interruption.signal);
    const exists = (path: string) => existsSync(join(copy.folder, path));
    let late: Failure | undefined;
    for (const args of runs(mutant, exists)) {
      const failure = await copy.with(mutant, () => run(args));
      if (!failure) {
        continue;
      }
      const control = passesWithoutBug.get(failure.file) ?? run(argsOfControl(failure, args)).then((found) => !found);
      passesWithoutBug.set(failure.file, control);
      if (!(await control)) {
        report(`${failure.file} fails without a bug, too: ${failure.test}`);
      } else if (failure.timedOut) {
        late ??= failure;
      } else {
        return { mutant, failure };
      }
    }
    return { mutant, failure: late };
  };

  const work = async () => {
    const copy = await ProjectCopy.create();
    try {
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
        const finding = await detect(copy, mutant);
        findings.push(finding);
        report(`${String(findings.length).padStart(3)}/${mutants.length} ${lineOf(finding)}`);
      }
    } finally {
      await copy.remove();
    }
  };
  const workers = Math.max(1, Math.min(availableParallelism(), mutants.length));
  report(`Planting ${mutants.length} bugs, ${workers} at a time`);
  const outcomes = await Promise.allSettled(Array.from({ length: workers }, work));
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') {
      throw outcome.reason;
    }
  }
  return findings;
}

/** @returns arguments that run the test file of a failure; those of the failed run if it did not end */
function argsOfControl({ file }: Failure, args: readonly string[]): readonly string[] {
  return file.endsWith('.test.ts') ? ['--runTestsByPath', file] : args;
}

function lineOf({ mutant: { file, bug }, failure }: Finding): string {
  const verdict = failure ? (failure.timedOut ? 'TOO SLOW' : 'detected') : 'SURVIVED';
  return `${verdict}  ${file}: ${bug}${failure ? `\n            by ${failure.file}: ${failure.test}` : ''}`;
}
