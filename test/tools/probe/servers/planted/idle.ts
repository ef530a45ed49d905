import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Closes connections that are idle for so long. The `keepAliveTimeout` of Node.js does the same, a second later in some
 * versions and not in others.
 */
export function closeIdle(server: Server, ms: number): void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  server.on('request', ({ socket }, response) => {
    clearTimeout(timers.get(socket));
    response.once('finish', () =>
      timers.set(
        socket,
        setTimeout(() => socket.end(), ms),
      ),
    );
  });
}
