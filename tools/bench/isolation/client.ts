import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { orderBook } from '../../load-data';

/** Topic of the storm. */
const TOPIC = 'isolation:storm';

/** About 4 KB of JSON. */
const DATA = orderBook(40);

/** Bytes of a frame that is too short for a message with {@link DATA}. */
const SHORT = 1000;

/** Server for sockets, and its tickets, if it requires them. */
export interface SocketServer {
  readonly url: string;
  readonly tickets?: Tickets;
}

/** URLs that issue tokens for any subject, and tickets for a token. */
interface Tickets {
  readonly tokens: string;
  readonly mint: string;
}

/**
 * Opens a socket with the protocol `twinlane.v1`. The plain servers support only the part that this file uses.
 *
 * @param token - of the subject. @default - a new subject, because the sockets of a subject are limited
 */
export async function open({ url, tickets }: SocketServer, token?: string): Promise<WebSocket> {
  const protocols = ['twinlane.v1', ...(tickets ? [`ticket.${await newTicket(tickets, token)}`] : [])];
  const socket = new WebSocket(url, protocols, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

/** Gets a token for a new subject. */
export async function newToken({ tokens }: Tickets): Promise<string> {
  const issued = await fetch(`${tokens}?subject=${randomUUID()}&tenant=bench`);
  return ((await issued.json()) as { id_token: string }).id_token;
}

async function newTicket(tickets: Tickets, token?: string): Promise<string> {
  const authorization = `Bearer ${token ?? (await newToken(tickets))}`;
  const minted = await fetch(tickets.mint, { method: 'POST', headers: { authorization } });
  return ((await minted.json()) as { ticket: string }).ticket;
}

/** Subscribes. Resolves when all later messages will be pushed to this socket. */
export async function subscribe(socket: WebSocket): Promise<void> {
  socket.send(JSON.stringify({ action: 'subscribe', topic: TOPIC }));
  const [frame] = await once(socket, 'message');
  const { type, message } = JSON.parse(frame.toString());
  if (type !== 'subscribed') {
    throw new Error(`The server rejected a subscription: ${type}: ${message}`);
  }
}

/** Publishes a message to all subscribers. @param id - identifies the message */
export function publish(socket: WebSocket, id: string): void {
  socket.send(JSON.stringify({ action: 'publish', topic: TOPIC, id, data: DATA }));
}

/**
 * Finds the messages in a frame. Parses only short frames, because parsing 500 messages takes longer than sending them, and the
 * servers have the same processor.
 *
 * @param prefix - start of all ids, which occurs nowhere else
 * @returns the ids. Throws if the frame is an error
 */
export function idsIn(frame: Buffer, prefix: string): string[] {
  if (frame.length < SHORT) {
    const { type, code, message } = JSON.parse(frame.toString());
    if (type === 'error') {
      throw new Error(`The server rejected a message of the storm: ${code}: ${message}`);
    }
    return [];
  }
  const ids: string[] = [];
  for (let start = frame.indexOf(`"${prefix}`); start >= 0; start = frame.indexOf(`"${prefix}`, start + 1)) {
    ids.push(frame.toString('latin1', start + 1, frame.indexOf('"', start + 1)));
  }
  return ids;
}
