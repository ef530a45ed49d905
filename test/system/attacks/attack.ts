import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ServerFrame } from '../../../client/protocol';
import { ask, somebody, type Who } from '../caller';
import { Client, newTopic } from '../client';
import { messagesPath } from '../http';
import type { LocalPlace } from '../place';

/** The app on this machine. Attacks use its entry points. Tests can also read its internals. */
export type Here = LocalPlace;

/** An attack that must not succeed. */
export interface Attack {
  /** Outcome: the attacker is refused, loses the connection, or is served like any client and gains nothing. */
  readonly outcome: 'refused' | 'closed' | 'no gain';
  /** Answer to the attacker as in docs/attacks.md: a status, a code, or a sentence. */
  readonly gets: string;
  /** Performs the attack. @returns the attacker's result */
  attempt(here: Here): Promise<string | number>;
}

/** Attacks by their names, which docs/attacks.md lists. */
export type Attacks = Readonly<Record<string, Attack>>;

const attackThatIs =
  (outcome: Attack['outcome']) =>
  (gets: string, attempt: Attack['attempt']): Attack => ({ outcome, gets, attempt });

export const refused = attackThatIs('refused');
export const closed = attackThatIs('closed');
export const noGain = attackThatIs('no gain');

/** Text in bodies, frames, headers, queries and secrets that must not be in a log. */
export const SECRET = `secret${randomUUID().replaceAll('-', '')}`;

/** Text that an attacker tries to write to a log as a separate line. */
export const FORGED = `forged${randomUUID().replaceAll('-', '')}`;

/** A new subject of another tenant. */
export const rival = (): Who => ({ ...somebody(), tenant: 'rival' });

/** @returns the distinct results of several attempts: `401`, or `401, 404`. */
export async function each<T>(attempts: Iterable<T>, attempt: (value: T) => Promise<string | number>): Promise<string> {
  const all = new Set<string>();
  for (const value of attempts) {
    all.add(String(await attempt(value)));
  }
  return [...all].sort().join(', ');
}

/** @returns the code of an error frame, or the type of another frame. */
export function codeOf(frame: ServerFrame): string {
  return frame.type === 'error' ? frame.code : frame.type;
}

/** Sends texts sequentially over a new connection. @returns the distinct codes of the answers */
export async function codesFor(here: Here, texts: readonly string[], who = somebody()): Promise<string> {
  const client = await Client.connect(here, {}, who);
  return each(texts, async (one) => codeOf(await client.say(one)));
}

/** Opens a connection and calls `send`. @returns the close code */
export async function closeCode(here: Here, send: (client: Client) => void): Promise<number> {
  const client = await Client.connect(here);
  send(client);
  return client.closed;
}

/** Sends raw bytes to an entry point. @returns all bytes received until the server closes the connection */
export async function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname.endsWith('localhost') ? '127.0.0.1' : hostname);
  socket.setEncoding('latin1').write(bytes, 'latin1');
  return text(socket);
}

/** @returns the distinct statuses of the responses: `200`, or `200, 400`. */
export function statusesIn(answers: string): string {
  return [...new Set([...answers.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => status))].join(', ');
}

/** @returns the number of messages of a topic. */
export async function published(here: Here, topic: string): Promise<number> {
  const response = await ask(here, messagesPath(topic));
  return ((await response.json()) as { sequence: number }).sequence;
}

/** @returns a subscribed connection of a new subject, and its id, which clients cannot see. */
export async function victim(here: Here): Promise<{ client: Client; who: Who; topic: string; id: string }> {
  const [topic, who] = [newTopic(), somebody()];
  const client = await Client.connect(here, {}, who);
  await client.ask({ action: 'subscribe', topic });
  const [id = ''] = await here.local.connections.connectionsOf(who);
  return { client, who, topic, id };
}

/** Publishes and receives a message as a new subject. Rejects or times out if the app does not serve it. */
export async function isServed(here: Here): Promise<void> {
  const [topic, who] = [newTopic(), somebody()];
  const client = await Client.connect(here, {}, who);
  await client.ask({ action: 'subscribe', topic });
  const body = JSON.stringify({ data: SECRET });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  expect((await ask(here, messagesPath(topic), init, who)).status).toBe(201);
  expect(await client.pushed(topic)).toMatchObject([{ sequence: 1, data: SECRET }]);
}
