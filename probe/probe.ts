import { CommanderError } from 'commander';
import { lookOf, type Terminal } from '../verify/terminal';
import { CannotMeasure } from './cannot-measure';
import { measure, nothing } from './measure';
import { type Options, parse } from './options';
import { report } from './report';
import { text } from './text';

/** The exit code where nothing could be measured. */
const NOT_MEASURED = 2;

/**
 * Runs the command: prints to the terminal and resolves to the exit code (see {@link Verdict}).
 *
 * @param interrupt ends it early, with a report of what there is
 */
export async function probe(
  args: readonly string[],
  terminal: Terminal,
  now: Date,
  interrupt: AbortSignal,
): Promise<number> {
  try {
    return await run(parse(args, terminal), terminal, now, interrupt);
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : NOT_MEASURED;
    }
    if (error instanceof CannotMeasure) {
      terminal.stderr.write(`${error.message}\n`);
      return NOT_MEASURED;
    }
    throw error;
  }
}

async function run({ plan, print }: Options, { stdout, stderr }: Terminal, now: Date, interrupt: AbortSignal) {
  const found = nothing();
  const line = stepLine(stderr);
  try {
    await measure(plan, found, line.show, interrupt);
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

/** Shows what is being measured, on one line that is written over; nothing where nobody watches. */
function stepLine(stream: Terminal['stderr']): { show(step: string): void; clear(): void } {
  const write = (what: string) => {
    if (stream.isTTY) {
      stream.write(`\r\u001B[K${what}`);
    }
  };
  return { show: (step) => write(`Measuring ${step}`), clear: () => write('') };
}
