import { once } from 'node:events';
import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { alsoOnIpv6 } from './loopback';
import { anyFree, free, localName } from './supervisor/allocate';

/** A server that listens. */
export interface Listening {
  /** `http://app.localhost:4513`, or `http://localhost:4513` where the system does not resolve names below `localhost`. */
  readonly url: string;
  /** Closes the server and all its connections. Later calls wait for the first one. */
  close(): Promise<void>;
}

/**
 * Lets an HTTP server that runs beside the app listen at both addresses of `localhost`.
 *
 * @param port - 0 for any free port. Throws a `UserError` if it is in use
 * @param host - its host on AWS, `app.example.com`
 */
export async function listen(server: Server, port: number, host: string): Promise<Listening> {
  const taken = port === 0 ? await anyFree() : await free(port);
  server.listen(taken, '127.0.0.1');
  await once(server, 'listening');
  const ipv6 = await alsoOnIpv6(server, taken);
  const url = `http://${await localName(host)}:${taken}`;
  let closed: Promise<void> | undefined;
  return {
    url,
    close() {
      closed ??= closeBoth();
      return closed;
    },
  };

  async function closeBoth(): Promise<void> {
    ipv6?.close();
    server.closeAllConnections();
    await promisify(server.close).call(server);
  }
}
