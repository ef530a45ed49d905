import { exitCodeOf, lookOf, progressLine, type Terminal } from '../cli';
import { emptyMeasurements, measure } from './measure';
import { type Options, parse } from './options';
import { report } from './report';
import { text } from './text';

/**
 * Runs the command. Prints to the terminal and resolves to the exit code (see {@link Verdict}).
 *
 * @param interrupt ends it early, with a report of partial results
 */
export function probe(args: readonly string[], terminal: Terminal, now: Date, interrupt: AbortSignal): Promise<number> {
  return exitCodeOf(() => run(parse(args, terminal), terminal, now, interrupt), terminal);
}

async function run({ plan, print }: Options, { stdout, stderr }: Terminal, now: Date, interrupt: AbortSignal) {
  const found = emptyMeasurements();
  const line = progressLine(stderr);
  try {
    await measure(plan, found, (step) => line.show(`Measuring ${step}`), interrupt);
  } catch (error) {
    if (!interrupt.aborted) {
      throw error;
    }
  } finally {
    line.clear();
  }
  const result = report({ ...plan, ...plan.page }, now, found, !interrupt.aborted);
  stdout.write(print === 'json' ? `${JSON.stringify(result, null, 2)}\n` : text(result, lookOf(stdout)));
  return result.verdict.exitCode;
}
