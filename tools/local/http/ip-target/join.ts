import type { Socket } from 'node:net';
import type { Target } from '../target-group/target';

/**
 * Makes one connection of two, after both have switched protocols: what comes from one goes to the other. Ends when both
 * are closed: by either side, by silence for `idleMs`, or because the target is taken away.
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
    // A reset is a way to close; `close` follows it.
    from.on('error', close);
    from.pipe(to);
  }
  await Promise.all([client, socket].map((one) => new Promise((resolve) => one.once('close', resolve))));
  target.off('cut', close);
}
