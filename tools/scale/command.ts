import { exitCodeOf, progressLine, type Terminal } from '../cli';
import { type Options, parse } from './options';
import { report } from './report';
import { simulate } from './simulation';
import { tables } from './tables';
import { duration, percent } from './words';

/** Runs the command. Prints to the terminal. @returns the exit code: 0, or 2 for invalid arguments */
export function command(args: readonly string[], terminal: Terminal): Promise<number> {
  return exitCodeOf(() => {
    terminal.stdout.write(output(parse(args, terminal), terminal));
    return 0;
  }, terminal);
}

function output({ scenario, print }: Options, { stderr }: Terminal): string {
  if (print === 'tables') {
    return tables();
  }
  const line = progressLine(stderr);
  const result = simulate(scenario, (seconds, share) =>
    line.show(`${duration(seconds)} simulated, ${percent(share)} of the deliveries made`),
  );
  line.clear();
  return print === 'json' ? `${JSON.stringify(result, null, 2)}\n` : report(result);
}
