import { writeFileSync } from 'node:fs';
import { CommandError, exitCodeOf, lookOf, progressLine, type Terminal } from '../cli';
import { diagnose } from './diagnosis/diagnose';
import { measure } from './measure';
import { emptyMeasurements, type Measurements } from './measurements';
import { type Options, parse } from './options';
import type { Plan } from './plan';
import { html } from './report/html';
import { text } from './report/text';

/**
 * Runs the command. Prints to the terminal and resolves to the exit code.
 *
 * @param interrupt ends it early, with a report of partial results
 */
export function probe(args: readonly string[], terminal: Terminal, now: Date, interrupt: AbortSignal): Promise<number> {
  return exitCodeOf(() => run(parse(args, terminal), terminal, now, interrupt), terminal);
}

async function run(options: Options, { stdout, stderr }: Terminal, now: Date, interrupt: AbortSignal): Promise<number> {
  const found = emptyMeasurements();
  const line = progressLine(stderr);
  const show = (step: string) => line.show(`Measuring ${step}`);
  const stopped = await reasonToStop(options.plan, found, show, interrupt).finally(() => line.clear());
  const report = diagnose(options.plan, found, now, stopped);
  stdout.write(options.print === 'json' ? `${JSON.stringify(report, null, 2)}\n` : text(report, lookOf(stdout)));
  if (options.html !== undefined) {
    write(options.html, html(report));
    stderr.write(`The report as a web page: ${options.html}\n`);
  }
  return report.exitCode;
}

/**
 * Measures.
 *
 * @returns the reason why the measurement is incomplete, or undefined if it is complete
 * @throws {CommandError} if there is nothing to report
 */
async function reasonToStop(
  plan: Plan,
  found: Measurements,
  show: (step: string) => void,
  interrupt: AbortSignal,
): Promise<string | undefined> {
  try {
    await measure(plan, found, show, interrupt);
    return undefined;
  } catch (error) {
    if (interrupt.aborted) {
      if (found.runs.length === 0) {
        throw new CommandError('Interrupted before the first response. Fix: run it again.', { cause: error });
      }
      return 'Interrupted, so this is incomplete.';
    }
    if (error instanceof CommandError && found.runs.length > 0) {
      return error.message;
    }
    throw error;
  }
}

function write(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new CommandError(
      `The file of --html cannot be written: ${(error as Error).message}. Fix: use another path.`,
      { cause: error },
    );
  }
}
