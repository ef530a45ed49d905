import type { AssemblyOptions } from './assembly/assembly-options';
import type { LogLine } from './log-line';
import type { Running } from './running';
import { start } from './start';
import { humanTerminal } from './supervisor/human-terminal';
import { jsonTerminal } from './supervisor/json-terminal';
import { assemblyOptionsOf, type Help, type Options, parseOptions } from './supervisor/options';
import { synthesize } from './supervisor/synthesize';
import type { Shown, Terminal } from './supervisor/terminal';
import { watch } from './supervisor/watch';
import type { Urls } from './urls';
import { UserError } from './user-error';

/** A command that runs an app: the command of this package, or a program around it. */
export interface Program extends Help {
  /** Starts what runs beside the app, before the app itself. @default - nothing runs beside it */
  readonly beside?: (assembly: string, options: Options, selected: AssemblyOptions) => Promise<Beside | undefined>;
}

/** Servers that run beside the app, in the process of the command. */
export interface Beside {
  /** Origins to replace, as of {@link StartOptions}. */
  readonly origins: Readonly<Record<string, string>>;
  /** URL of its server for pages, as of {@link StartOptions}. @default - the files of buckets are served */
  readonly pageUrl?: string;
  /** Called when the app is ready. @returns the lines to show with the app's own URLs */
  ready(urls: Urls): Shown;
  stop(): Promise<void>;
}

const NOTHING: Beside = { origins: {}, ready: () => ({ links: [], examples: [] }), stop: async () => undefined };

/**
 * Runs an app as the command line says, until Ctrl-C or SIGTERM. Ends the process.
 *
 * @param argv - as `process.argv`
 */
export async function runCommand(argv: readonly string[], program: Program): Promise<void> {
  const options = parseOptions(argv, program);
  const terminal = terminalOf(options);
  const say = (level: LogLine['level'], text: string) =>
    terminal.event({ event: 'log', time: new Date().toISOString(), process: 'runner', level, text });
  const progress = (step: string) => terminal.event({ event: 'progress', time: new Date().toISOString(), step });
  const stopping = new AbortController();
  const { signal } = stopping;
  let beside = NOTHING;
  let running: Running | undefined;

  const exit = async (code: number, now = false) => {
    const starting = !running;
    stopping.abort();
    // A start that is cancelled ends by itself.
    if (!starting || now) {
      await Promise.all([running?.stop(now), beside.stop()]);
      process.exit(code);
    }
  };
  // The first signal lets everything finish; the second one stops at once.
  const signalled = () => {
    const now = signal.aborted;
    if (!now) {
      say('info', 'Stopping when open requests have finished. Press Ctrl-C again to stop at once.');
    }
    void exit(0, now);
  };
  process.on('SIGINT', signalled);
  process.on('SIGTERM', signalled);
  // The reader of the output has exited, as `head` does.
  process.stdout.on('error', () => void exit(0, true));

  try {
    const assembly = options.app ?? (await synthesized());
    beside = (await program.beside?.(assembly, options, assemblyOptionsOf(options))) ?? NOTHING;
    const { port, data, iam, latency, disconnectDelay: disconnectDelaySeconds } = options;
    const since = performance.now();
    running = await start({
      ...assemblyOptionsOf(options),
      ...{ assembly, port, data, iam, latency, disconnectDelaySeconds, signal },
      ...(options.console !== undefined && { console: options.console }),
      ...(beside.pageUrl !== undefined && { pageUrl: beside.pageUrl }),
      origins: { ...beside.origins, ...options.origin },
      containers: options.container,
      onEvent: terminal.event,
    });
    terminal.ready(running, beside.ready(running.urls), performance.now() - since);
    if (options.watch) {
      reloadOnChange(running);
    }
  } catch (error) {
    if (!signal.aborted) {
      console.error(error instanceof UserError ? error.message : error);
    }
    await beside.stop();
    process.exit(signal.aborted ? 0 : 1);
  }

  async function synthesized(): Promise<string> {
    progress('synthesizing the app');
    return synthesize(options.context, signal);
  }

  /** Reloads the code of the app; a change of anything else is reported and requires a restart. */
  function reloadOnChange(app: Running): void {
    watch(process.cwd(), async () => {
      try {
        if (!options.app) {
          await synthesized();
        }
        const changes = await app.reload();
        if (changes.length > 0) {
          say('warn', `Restart to apply (Ctrl-C, then the same command): ${changes.join(', ')}`);
        } else {
          say('info', 'The new code is live');
        }
      } catch (error) {
        if (!signal.aborted) {
          const reason = error instanceof UserError ? error.inOneLine : (error as Error).message;
          say('error', `${reason}; the previous code keeps running`);
        }
      }
    });
  }
}

function terminalOf({ json }: Options): Terminal {
  const { stdout } = process;
  const write = (text: string) => stdout.write(text);
  const color = stdout.isTTY && !process.env.NO_COLOR;
  return json ? jsonTerminal(write) : humanTerminal({ write, color, columns: stdout.columns });
}
