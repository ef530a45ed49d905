import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { orderBook } from '../../load-data';

/** Topic of the storm. */
const TOPIC = 'isolation:storm';

/** About 4 KB of JSON. */
const DATA = orderBook(40);

/** Server for sockets, and its tickets, if it requires them. */
export interface SocketServer {
  readonly url: string;
  /** URLs that issue tokens for any subject, and tickets for a token. */
  readonly tickets?: { readonly tokens: string; readonly mint: string };
}

/** Opens a socket with the protocol `twinlane.v1`. The plain servers support only the part that this file uses. */
export async function open({ url, tickets }: SocketServer): Promise<WebSocket> {
  const protocols = ['twinlane.v1', ...(tickets ? [`ticket.${await newTicket(tickets)}`] : [])];
  const socket = new WebSocket(url, protocols, { perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

/** Gets a ticket for a new subject, because the sockets of a subject are limited. */
async function newTicket({ tokens, mint }: Required<SocketServer>['tickets']): Promise<string> {
  const issued = await fetch(`${tokens}?subject=${randomUUID()}&tenant=bench`);
  const { access_token } = (await issued.json()) as { access_token: string };
  const minted = await fetch(mint, { method: 'POST', headers: { authorization: `Bearer ${access_token}` } });
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

/** @returns the ids of the messages in a frame. Throws if the frame is an error */
export function pushedIn(frame: string): string[] {
  const { type, id, messages = [], code, message } = JSON.parse(frame);
  if (type === 'error') {
    throw new Error(`The server rejected a message of the storm: ${code}: ${message}`);
  }
  return type === 'message' ? [id] : messages.map((each: { id: string }) => each.id);
}
