import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** @returns different ports on which no process listened a moment ago, at any address */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0));
  // All are open at the same time, so that no port is returned twice.
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return Promise.all(
    servers.map(async (server) => {
      const { port } = server.address() as AddressInfo;
      server.close();
      await once(server, 'close');
      return port;
    }),
  );
}
