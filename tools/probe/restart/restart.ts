import { setMaxListeners } from 'node:events';
import { CommandError, exitCodeOf, lookOf, progressLine, type Terminal } from '../../cli';
import { emptyMeasurements, type Measurements } from '../measurements';
import { pageRequest } from '../network/page-request';
import { RunningClock } from '../network/running-clock';
import { warmUp } from '../network/warm-up';
import type { Plan } from '../plan';
import { evidence } from '../steps/evidence';
import { locate } from '../steps/locate';
import { diagnose } from './diagnosis';
import { Keyboard } from './keyboard';
import { measureRestart } from './measure-restart';
import { parse, type RestartOptions } from './options';
import { Ports } from './ports';
import { byCommand, byTheUser, type Renewal } from './renewal';
import { isDisturbed, ordersOf, type Restart, timeOf } from './restarts';
import { text } from './text';

/** Maximum number of restarts for one order, if this program was paused meanwhile. */
const MOST_ATTEMPTS = 3;

/** Standard input of the command. `process.stdin` is one. */
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/**
 * Runs the command `restart`. Prints to the terminal and resolves to the exit code.
 *
 * @param interrupt ends it early, and the server that it started
 */
export function restart(
  args: readonly string[],
  terminal: Terminal,
  input: Input,
  now: Date,
  interrupt: AbortSignal,
): Promise<number> {
  return exitCodeOf(() => run(parse(args, terminal), terminal, input, now, interrupt), terminal);
}

async function run(
  options: RestartOptions,
  { stdout, stderr }: Terminal,
  input: Input,
  now: Date,
  interrupt: AbortSignal,
): Promise<number> {
  if (options.start === undefined && !input.isTTY) {
    throw new CommandError(
      "The standard input is no terminal, so the command cannot ask for restarts. Fix: pass --start 'COMMAND', which starts your server.",
    );
  }
  // Every connection adds a listener.
  setMaxListeners(0, interrupt);
  const line = progressLine(stderr);
  const print = (said: string) => {
    line.clear();
    stderr.write(`${said}\n`);
  };
  const clock = new RunningClock();
  const keyboard = options.start === undefined ? new Keyboard(input) : undefined;
  try {
    const found = emptyMeasurements();
    const ports = await Ports.of(options.plan, interrupt, clock);
    const show = (said: string) => line.show(said);
    const { request } = options.plan;
    await warmUp(pageRequest(request), request.url.protocol === 'https:', clock, interrupt);
    const renewal = keyboard
      ? byTheUser(ports, keyboard, print, interrupt)
      : byCommand(options.start ?? '', options.settling, ports, show, interrupt);
    const restarts = await measureAll(options.plan, found, renewal, clock, show, print, interrupt);
    line.clear();
    const report = diagnose(options.plan, restarts, found.evidence, now);
    stdout.write(options.print === 'json' ? `${JSON.stringify(report, null, 2)}\n` : text(report, lookOf(stdout)));
    return report.exitCode;
  } catch (error) {
    line.clear();
    if (interrupt.aborted) {
      throw new CommandError('Interrupted before the third restart was measured. Fix: run it again.', { cause: error });
    }
    throw error;
  } finally {
    keyboard?.close();
    clock.stop();
  }
}

/** Measures three restarts, and those again that were disturbed. */
async function measureAll(
  plan: Plan,
  found: Measurements,
  renewal: Renewal,
  clock: RunningClock,
  show: (text: string) => void,
  print: (line: string) => void,
  interrupt: AbortSignal,
): Promise<Restart[]> {
  const orders = ordersOf(plan.socket !== undefined);
  const restarts: Restart[] = [];
  for (const [index, order] of orders.entries()) {
    const title = `Restart ${index + 1} of ${orders.length}`;
    for (let attempt = 1; ; attempt++) {
      const measured = await renewal(title, async (seen) => {
        const context = await locate(plan, found, (step) => show(`${title}: ${step}`), interrupt, clock);
        const result = await measureRestart(context, order, seen, slowestOf(restarts));
        if (index === orders.length - 1) {
          await evidence(context);
        }
        return result;
      });
      if (!isDisturbed(measured) || attempt === MOST_ATTEMPTS) {
        restarts.push(measured);
        break;
      }
      print(
        `${title} is repeated: other work on this machine paused the measurement for ${Math.round(measured.pause)} ms.`,
      );
    }
  }
  return restarts;
}

/** Longest first use so far, in milliseconds. */
function slowestOf(restarts: readonly Restart[]): number {
  return Math.max(0, ...restarts.flatMap(({ requests, socket }) => [requests.first.ms, socket ? timeOf(socket) : 0]));
}
