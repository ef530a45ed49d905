import type { Socket } from 'node:net';

/**
 * Connects two sockets after both have switched protocols: the data of each goes to the other. Resolves when both
 * are closed: by either side, or after `idleMs` without data.
 */
export async function join(client: Socket, socket: Socket, idleMs: number): Promise<void> {
  const close = () => {
    client.destroy();
    socket.destroy();
  };
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
    // A connection can close without an end of its data. Data on its way to the other side still arrives.
    from.once('close', () => to.destroySoon());
  }
  await Promise.all([client, socket].map((one) => new Promise((resolve) => one.once('close', resolve))));
}
