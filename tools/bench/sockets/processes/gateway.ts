/**
 * Stand-in for API Gateway: sockets without any protocol of their own, and `POST /prod/@connections/{id}` over TLS, which sends
 * the body to one of them. The ids are `0CKlQ=`, `1CKlQ=` and so on, in the order of the handshakes.
 */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { certificate } from '../../../../test/tools/probe/servers/certificate';
import { answerRequests } from '../../isolation/benchmark-process';
import { useOf } from '../use';
import type { ServerAnswer, ServerRequest } from './task';

export interface GatewayAnswer extends ServerAnswer {
  /** URL without `/@connections`. */
  readonly endpoint?: string;
}

const sockets: WebSocket[] = [];

const posts = createServer(certificate(), async (request, response) => {
  const [, index] = /^\/prod\/(?:@|%40)connections\/(\d+)CKlQ%3D$/.exec(request.url ?? '') ?? [];
  const body = await text(request);
  const signed = /^AWS4-HMAC-SHA256 .*Signature=[0-9a-f]{64}$/.test(request.headers.authorization ?? '');
  const socket = request.method === 'POST' && signed ? sockets[Number(index)] : undefined;
  socket?.send(body);
  response
    .writeHead(socket ? 200 : 400, {
      'content-type': 'application/json',
      'content-length': '0',
      'x-amzn-requestid': 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    })
    .end();
});
posts.keepAliveTimeout = 600_000;

answerRequests<ServerRequest, GatewayAnswer>(async (request) => {
  if (request.action !== 'serve') {
    return useOf(request);
  }
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, clientTracking: false, perMessageDeflate: false });
  server.on('connection', (socket) => sockets.push(socket));
  await Promise.all([once(server, 'listening'), once(posts.listen(0, '127.0.0.1'), 'listening')]);
  return {
    port: (server.address() as AddressInfo).port,
    endpoint: `https://127.0.0.1:${(posts.address() as AddressInfo).port}/prod`,
  };
});
