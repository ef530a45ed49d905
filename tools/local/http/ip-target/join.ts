import type { Socket } from 'node:net';
import type { Target } from '../target-group/target';

/**
 * Connects two sockets after both have switched protocols: the data of each goes to the other. Resolves when both
 * are closed: by either side, after `idleMs` without data, or because the target is deregistered.
 */
export async function join(client: Socket, socket: Socket, target: Target, idleMs: number): Promise<void> {
  const close = () => {
    client.destroy();
    socket.destroy();
  };
  target.once('cut', close);
  // Everything passes through the client's connection, in one direction or the other.
  client.setTimeout(idleMs, close);
  socket.setTimeout(0);
  for (const [from, to] of [
    [client, socket],
    [socket, client],
  ] as const) {
    // A reset closes the socket; the event `close` follows.
    from.on('error', close);
    from.pipe(to);
  }
  await Promise.all([client, socket].map((one) => new Promise((resolve) => one.once('close', resolve))));
  target.off('cut', close);
}
