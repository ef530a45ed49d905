import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** @returns a port on which no process listened a moment ago, at any address */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
