import { type ChildProcess, fork, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import type { FunctionBlueprint } from '../blueprint';

/** Maximum share of the memory for V8's old generation; the rest is for buffers, code and the young generation. */
const HEAP_SHARE = 0.9;

/** The process of an execution environment, in the language of the function. */
export interface RuntimeProcess {
  readonly process: ChildProcess;
  /** Sends an invocation. Does nothing if the process has ended. */
  send(invocation: object): void;
}

/**
 * A separate process group: Ctrl-C in the terminal does not reach it, so that it can be drained, and all processes that it started are
 * killed with it.
 */
const OWN_GROUP = { detached: true } as const;

/**
 * @param environment - all environment variables of the process
 * @param onReport - receives the messages of the process, see runtime.js
 */
export function startRuntime(
  fn: FunctionBlueprint,
  environment: Readonly<Record<string, string>>,
  onReport: (report: object) => void,
): RuntimeProcess {
  return fn.interpreter === undefined
    ? startNode(fn, environment, onReport)
    : startPython(fn.interpreter, fn, environment, onReport);
}

function startNode(
  { memoryMiB, layersFolder, sdkFolders = [] }: FunctionBlueprint,
  environment: Readonly<Record<string, string>>,
  onReport: (report: object) => void,
): RuntimeProcess {
  const places = { opt: layersFolder, sdkFolders };
  const child = fork(join(__dirname, 'runtime.js'), [JSON.stringify(places)], {
    env: environment,
    execArgv: [`--max-old-space-size=${Math.floor(memoryMiB * HEAP_SHARE)}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...OWN_GROUP,
  });
  child.on('message', onReport);
  return { process: child, send: (invocation) => void child.send(invocation, () => undefined) };
}

/** The channel is descriptor 3, with one JSON object a line. */
function startPython(
  interpreter: string,
  { layersFolder }: FunctionBlueprint,
  environment: Readonly<Record<string, string>>,
  onReport: (report: object) => void,
): RuntimeProcess {
  // -B: no bytecode is written into the assembly.
  const child = spawn(interpreter, ['-B', join(__dirname, 'runtime.py'), JSON.stringify({ opt: layersFolder })], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    ...OWN_GROUP,
  });
  const channel = child.stdio[3] as Duplex | null;
  if (!channel) {
    return { process: child, send: () => undefined };
  }
  const reports = createInterface({ input: channel }).on('line', (line) => onReport(JSON.parse(line)));
  // The process was killed.
  for (const each of [channel, reports]) {
    each.on('error', () => undefined);
  }
  return { process: child, send: (invocation) => void channel.write(`${JSON.stringify(invocation)}\n`) };
}
