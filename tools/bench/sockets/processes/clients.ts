/** Clients: sockets that count the messages that they receive. */
import { WebSocket } from 'ws';
import { answerRequests } from '../../isolation/benchmark-process';
import { MessageCount } from '../message-count';
import { TOPIC } from '../lane';

export type ClientsRequest =
  /** Opens further sockets. With tickets, each socket has one, and subscribes. */
  | { readonly action: 'open'; readonly url: string; readonly sockets: number; readonly tickets?: readonly string[] }
  /** Closes all sockets at once, without a close frame. */
  | { readonly action: 'cut' }
  /** Waits until all sockets together have received a number of messages. */
  | { readonly action: 'receive'; readonly messages: number };

/** Handshakes that are in progress at the same time: Node.js lets 511 connections wait. */
const AT_ONCE = 400;

/** Milliseconds after which messages are lost. */
const PATIENCE = 60_000;

const count = new MessageCount();
let sockets: WebSocket[] = [];

answerRequests<ClientsRequest, object>(async (request) => {
  switch (request.action) {
    case 'open':
      await openAll(request);
      break;
    case 'cut':
      sockets.forEach((socket) => socket.removeAllListeners('close').terminate());
      sockets = [];
      break;
    case 'receive':
      await count.reaches(request.messages, PATIENCE);
  }
  return {};
});

async function openAll({ url, sockets: number, tickets }: ClientsRequest & { action: 'open' }): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < number; index = next++) {
      await open(url, tickets?.[index]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Resolves when the socket is open, and subscribed if it has a ticket. */
function open(url: string, ticket: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ticket ? ['twinlane.v1', `ticket.${ticket}`] : [], { perMessageDeflate: false });
    const fail = (why: string) => reject(new Error(`A socket ${why}`));
    sockets.push(socket);
    socket.on('error', (error) => fail(error.message));
    socket.on('close', (code) => fail(`was closed with ${code}`));
    socket.once('open', () => {
      if (ticket) {
        socket.send(JSON.stringify({ action: 'subscribe', topic: TOPIC }));
      } else {
        resolve();
      }
    });
    const received = (data: Buffer) => count.add(data);
    if (!ticket) {
      socket.on('message', received);
      return;
    }
    socket.once('message', (answer: Buffer) => {
      if (JSON.parse(answer.toString()).type !== 'subscribed') {
        fail(`could not subscribe: ${answer.toString()}`);
      }
      socket.on('message', received);
      resolve();
    });
  });
}
