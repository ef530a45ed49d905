import { exitCodeOf, lookOf, progressLine, type Terminal } from '../cli';
import { diagnose } from './diagnosis/diagnose';
import { measure } from './measure';
import { emptyMeasurements } from './measurements';
import { type Options, parse } from './options';
import { text } from './report/text';

/**
 * Runs the command. Prints to the terminal and resolves to the exit code.
 *
 * @param interrupt ends it early, with a report of partial results
 */
export function probe(args: readonly string[], terminal: Terminal, now: Date, interrupt: AbortSignal): Promise<number> {
  return exitCodeOf(() => run(parse(args, terminal), terminal, now, interrupt), terminal);
}

async function run({ plan, print }: Options, { stdout, stderr }: Terminal, now: Date, interrupt: AbortSignal) {
  const found = emptyMeasurements();
  const line = progressLine(stderr);
  let stopped: string | undefined;
  try {
    await measure(plan, found, (step) => line.show(`Measuring ${step}`), interrupt);
  } catch (error) {
    if (!interrupt.aborted) {
      throw error;
    }
    stopped = 'interrupted';
  } finally {
    line.clear();
  }
  const report = diagnose(plan, found, now, stopped);
  stdout.write(print === 'json' ? `${JSON.stringify(report, null, 2)}\n` : text(report, lookOf(stdout)));
  return report.exitCode;
}
