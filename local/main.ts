/**
 * `npm start`: runs a synthesized app, whole, on one machine.
 *
 * Each lane is a process of its own, with the functions and containers behind it: what floods or kills one leaves the other
 * serving.
 */
import { AssemblyError } from './assembly/assembly-error';
import { loadAssembly } from './assembly/load-assembly';
import type { Blueprint } from './blueprint';
import type { LogLine } from './log-line';
import type { Setup } from './setup';
import { allocate } from './supervisor/allocate';
import { Child } from './supervisor/child';
import { type Options, parseOptions } from './supervisor/options';
import { Refusal } from './supervisor/refusal';
import { synthesize } from './supervisor/synthesize';
import { humanTerminal, jsonTerminal, type Terminal } from './supervisor/terminal';
import { watch } from './supervisor/watch';

/** In the order they start; the others need the first. */
const PARTS: readonly LogLine['lane'][] = ['aws', 'websocket', 'http', 'events'];

async function main(): Promise<void> {
  const options = parseOptions(process.argv);
  const write = (line: string) => process.stdout.write(line);
  const colour = process.stdout.isTTY && !process.env.NO_COLOR;
  const terminal = options.json ? jsonTerminal(write) : humanTerminal(write, colour);
  const children = PARTS.map((name) => new Child(name, terminal.log));
  stopOnSignal(children, terminal);
  try {
    await run(options, children, terminal);
  } catch (error) {
    await Promise.all(children.map((child) => child.stop(true)));
    console.error(error instanceof Refusal || error instanceof AssemblyError ? error.message : error);
    process.exit(1);
  }
}

async function run(options: Options, children: readonly Child[], terminal: Terminal): Promise<void> {
  const blueprint = await load(options, terminal);
  const start = Date.now();
  const addresses = await allocate(blueprint, options.port);
  const setup: Setup = { blueprint, addresses, iam: options.iam, ...(options.data && { data: options.data }) };
  const [aws, ...others] = children;
  terminal.progress('starting tables and queues');
  await aws?.start(setup);
  terminal.progress('starting the lanes');
  await Promise.all(others.map((child) => child.start(setup)));
  terminal.ready(blueprint, addresses, Date.now() - start);
  if (options.watch) {
    reloadOnChange(options, setup, children, terminal);
  }
}

async function load(options: Options, terminal: Terminal): Promise<Blueprint> {
  if (!options.app) {
    terminal.progress('synthesizing the app');
  }
  const folder = options.app ?? (await synthesize(options.context));
  terminal.progress(`reading ${folder}`);
  return loadAssembly(folder);
}

/** Synthesizes at every change, and hands the parts the new code. What else changed needs a new start, and is told. */
function reloadOnChange(options: Options, setup: Setup, children: readonly Child[], terminal: Terminal): void {
  let current = setup;
  watch(process.cwd(), async () => {
    try {
      const blueprint = await load(options, terminal);
      current = { ...current, blueprint };
      for (const child of children) {
        child.update(current);
      }
    } catch (error) {
      terminal.log({ lane: 'runner', level: 'error', text: (error as Error).message });
    }
  });
}

/** The first signal lets everything finish, the entry points first; the second one stops at once. */
function stopOnSignal(children: readonly Child[], terminal: Terminal): void {
  let asked = false;
  const stop = async () => {
    if (asked) {
      await Promise.all(children.map((child) => child.stop(true)));
    } else {
      asked = true;
      terminal.log({
        lane: 'runner',
        level: 'info',
        text: 'Stopping: open requests and connections are finished first',
      });
      const [aws, ...others] = children;
      await Promise.all(others.map((child) => child.stop()));
      await aws?.stop();
    }
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

void main();
