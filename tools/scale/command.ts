import { exitCodeOf, type Terminal } from '../cli';
import { estimate } from './estimate';
import { type Options, parse } from './options';
import { report } from './report';
import { tables } from './tables';

/** Runs the command. Prints to the terminal. @returns the exit code: 0, or 2 for invalid arguments */
export function command(args: readonly string[], terminal: Terminal): Promise<number> {
  return exitCodeOf(() => {
    terminal.stdout.write(output(parse(args, terminal)));
    return 0;
  }, terminal);
}

function output({ load, print }: Options): string {
  if (print === 'tables') {
    return tables();
  }
  return print === 'json' ? `${JSON.stringify(estimate(load), null, 2)}\n` : report(estimate(load));
}
