/** A plain server for HTTP, for sockets, or for both. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { answerRequests } from '../benchmark-process';
import { addPlainSockets, plainHttp } from '../../../demo/single-process/plain-server';

export interface ServerRequest {
  readonly sockets: boolean;
}

answerRequests(async ({ sockets }: ServerRequest) => {
  const server = plainHttp();
  if (sockets) {
    addPlainSockets(server);
  }
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port };
});
