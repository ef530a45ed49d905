/** The server that the page compares the lanes with, in a process of its own. Reports `{ port }` to its parent. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { addPlainSockets, plainHttp } from './plain-server';

async function main(): Promise<void> {
  const server = plainHttp();
  addPlainSockets(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  process.send?.({ port: (server.address() as AddressInfo).port });
}

// A terminal sends Ctrl-C to this process, too; it ends with its parent.
process.on('disconnect', () => process.exit());

void main();
