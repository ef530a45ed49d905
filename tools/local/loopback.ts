import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Browsers resolve `localhost` to this address and to 127.0.0.1, and try this one first. */
export const IPV6_LOOPBACK = '::1';

/** Error codes of Node.js on a machine without IPv6. */
const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/**
 * Lets an HTTP server that listens on 127.0.0.1 accept connections on ::1, too.
 *
 * @returns the second server, to be closed with the first; undefined on a machine without IPv6. Throws Node's EADDRINUSE
 * if the port is in use.
 */
export async function alsoOnIpv6(server: Server, port: number): Promise<Server | undefined> {
  const ipv6Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
    server.emit('connection', socket),
  );
  ipv6Server.listen(port, IPV6_LOOPBACK);
  try {
    await once(ipv6Server, 'listening');
    return ipv6Server;
  } catch (error) {
    if (hasNoIpv6(error as NodeJS.ErrnoException)) {
      return undefined;
    }
    throw error;
  }
}

/** @returns true if a server cannot listen on ::1 because the machine has no IPv6 */
export function hasNoIpv6({ code = '' }: NodeJS.ErrnoException): boolean {
  return NO_IPV6.has(code);
}
