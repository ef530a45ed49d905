/** The proxy in front of two servers. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { answerRequests } from '../benchmark-process';
import { type Backends, upgradeProxy } from '../upgrade-proxy';

answerRequests(async (backends: Backends) => {
  const server = upgradeProxy(backends);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port };
});
