import { CommanderError } from 'commander';
import { type Options, parse } from './options';
import { report } from './report';
import { simulate } from './simulation';
import { tables } from './tables';
import type { Terminal } from './terminal';
import { duration, percent } from './words';

/** Runs the command: prints to the terminal. @returns the exit code: 0, or 2 after a mistake in the arguments. */
export function command(args: readonly string[], terminal: Terminal): 0 | 2 {
  try {
    terminal.stdout.write(output(parse(args, terminal), terminal));
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : 2;
    }
    throw error;
  }
}

function output({ scenario, print }: Options, { stderr }: Terminal): string {
  if (print === 'tables') {
    return tables();
  }
  const watch = (seconds: number, share: number) => {
    if (stderr.isTTY) {
      stderr.write(`\r\u001B[K${duration(seconds)} simulated, ${percent(share)} of the deliveries made`);
    }
  };
  const result = simulate(scenario, watch);
  if (stderr.isTTY) {
    stderr.write('\r\u001B[K');
  }
  return print === 'json' ? `${JSON.stringify(result, null, 2)}\n` : report(result);
}
