import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../../cli';
import { guidedRestart } from './guided-restart';
import type { Keyboard } from './keyboard';
import type { Ports } from './ports';
import type { Restart } from './restarts';
import { StartedServer } from './started-server';

/** Renews the server's process, and measures it then. `seen` is false if the restart was not seen. */
export type Renewal = (title: string, measure: (seen: boolean) => Promise<Restart>) => Promise<Restart>;

/** The user restarts the server when asked. */
export function byTheUser(
  ports: Ports,
  keyboard: Keyboard,
  print: (line: string) => void,
  interrupt: AbortSignal,
): Renewal {
  return async (title, measure) => measure(await guidedRestart(title, ports, keyboard, print, interrupt));
}

/** Milliseconds in which the end of a server follows the end of its connections. */
const DYING = 500;

/**
 * The command of `--start` starts the server before each measurement, and is ended after it.
 *
 * @param settling milliseconds between listening and the measurement
 */
export function byCommand(
  command: string,
  settling: number,
  ports: Ports,
  show: (text: string) => void,
  interrupt: AbortSignal,
): Renewal {
  return async (title, measure) => {
    show(`${title}: starting the server`);
    const server = await StartedServer.start(command, ports, interrupt);
    try {
      show(`${title}: the server listens, and loads its app`);
      await sleep(settling, undefined, { signal: interrupt });
      return await measure(true);
    } catch (error) {
      if (error instanceof CommandError && (await server.endsWithin(DYING))) {
        throw new CommandError(`${server.output.trimEnd()}\nThe server ended by itself. ${error.message}`.trimStart(), {
          cause: error,
        });
      }
      throw error;
    } finally {
      show(`${title}: stopping the server`);
      await server.stop();
    }
  };
}
