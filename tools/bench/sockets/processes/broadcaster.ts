/** The loop that a server without a lane has: a message is sent to all clients of `ws`. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { framesOf } from '../../../../lambda/realtime/frames';
import { answerRequests } from '../../isolation/benchmark-process';
import { messagesOf, TOPIC_KEY } from '../lane';
import { useOf } from '../use';
import type { ServerAnswer, ServerRequest } from './task';

/** Delivers `times` one after another, each time `messages` that are sent together. */
export interface DeliverRequest {
  readonly action: 'deliver';
  readonly times: number;
  readonly messages: number;
}

let server: WebSocketServer | undefined;
let sequence = 0;

answerRequests<ServerRequest | DeliverRequest, ServerAnswer>(async (request) => {
  switch (request.action) {
    case 'serve':
      server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
      await once(server, 'listening');
      return { port: (server.address() as AddressInfo).port };
    case 'deliver':
      for (let count = 0; count < request.times; count++) {
        broadcast(request.messages);
        await turn();
      }
      return {};
    default:
      return useOf(request);
  }
});

function broadcast(count: number): void {
  const [frame] = framesOf(messagesOf(TOPIC_KEY, sequence + 1, count));
  sequence += count;
  for (const socket of server?.clients ?? []) {
    socket.send(frame?.text ?? '');
  }
}
