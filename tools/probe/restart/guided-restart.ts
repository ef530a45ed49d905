import type { Keyboard } from './keyboard';
import type { Ports, State } from './ports';

/** Milliseconds between two looks at the port. A process needs longer than that to start. */
const PERIOD = 100;

const NEWS: Readonly<Record<State, string>> = {
  stopped: 'stopped',
  starting: 'listening for requests, but not for sockets',
  listening: 'listening',
};

/**
 * Asks the user for a restart, and waits for Enter.
 *
 * @param title `Restart 1 of 3`
 * @param print prints one line
 * @returns true if the port refused connections meanwhile
 */
export async function guidedRestart(
  title: string,
  ports: Ports,
  keyboard: Keyboard,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  keyboard.clear();
  print(
    `${title}: stop your server, start it again, wait until it listens, then press Enter. Do not open the page, and close it where it is open.`,
  );
  let known: State = 'listening';
  let seen = false;
  for (;;) {
    signal.throwIfAborted();
    const state = await ports.state();
    if (state !== known) {
      print(`  ${ports.where}: ${NEWS[state]}${state === 'listening' ? '. Press Enter.' : ''}`);
      known = state;
    }
    seen ||= state === 'stopped';
    if (keyboard.pressed()) {
      if (state === 'listening') {
        break;
      }
      print(`  ${ports.where} does not listen yet. Wait, then press Enter.`);
    }
    await keyboard.next(PERIOD, signal);
  }
  if (!seen) {
    print('  The port refused no connection, so this restart was not seen. It counts if you did restart the server.');
  }
  return seen;
}
