import type { Context } from './context';
import { endSocket } from './end-socket';
import { besideOneSocket } from './silent-sockets';
import { opener } from './opening';

/** Number of handshakes. The first can be slower, because the server uses something for the first time. */
const HANDSHAKES = 6;

/**
 * Opens some WebSockets, one after another, and then sends requests beside one that sends nothing.
 *
 * @throws {CommandError} if the server rejects the first handshake
 */
export async function handshakes(context: Context): Promise<void> {
  const { found, show } = context;
  const sockets = opener(context);
  if (!sockets) {
    return;
  }
  for (let handshake = 1; handshake <= HANDSHAKES; handshake++) {
    show(`WebSocket handshakes, ${handshake} of ${HANDSHAKES}`);
    try {
      const opened = await sockets.handshake();
      endSocket(opened.socket);
      found.handshakes.push(opened.handshake);
    } catch (error) {
      context.server.signal.throwIfAborted();
      // A limit on the number of connections is no fault of the first ones.
      if (found.handshakes.length === 0) {
        throw error;
      }
      break;
    }
  }
  await besideOneSocket(context);
}
