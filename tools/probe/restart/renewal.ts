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

/** The command of `--start` starts the server before each measurement, and is ended after it. */
export function byCommand(
  command: string,
  ports: Ports,
  show: (text: string) => void,
  interrupt: AbortSignal,
): Renewal {
  return async (title, measure) => {
    show(`${title}: starting the server`);
    const server = await StartedServer.start(command, ports, interrupt);
    try {
      return await measure(true);
    } catch (error) {
      const output = server.lastOutput.trimEnd();
      if (error instanceof CommandError && output !== '') {
        throw new CommandError(`${output}\nThe server ended meanwhile. ${error.message}`, { cause: error });
      }
      throw error;
    } finally {
      show(`${title}: stopping the server`);
      await server.stop();
    }
  };
}
