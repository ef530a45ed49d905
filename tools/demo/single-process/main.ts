/** Server with which the page compares the lanes, in a separate process. Sends `{ port }` to its parent process. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { addPlainSockets, plainHttp } from './plain-server';

async function main(): Promise<void> {
  const server = plainHttp();
  addPlainSockets(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  process.send?.({ port: (server.address() as AddressInfo).port });
}

// Exits with its parent process.
process.on('disconnect', () => process.exit());

void main();
