import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ServerFrame } from '../../../lambda/realtime/protocol';
import { ask, somebody, type Who } from '../caller';
import { Client, newTopic } from '../client';
import { messagesPath } from '../http';
import type { startHere } from '../place';

/** The app that runs here: attackers look at nothing behind its entry points, but tests do. */
export type Here = Awaited<ReturnType<typeof startHere>>;

/** Something that somebody tries who must get nowhere. */
export interface Attack {
  /** Outcome: the attacker is refused, loses the connection, or is served like any client and gains nothing. */
  readonly outcome: 'refused' | 'closed' | 'no gain';
  /** Answer to the attacker as in docs/attacks.md: a status, a code, or a sentence. */
  readonly gets: string;
  /** Tries it. @returns what the attacker got */
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

/** Goes into bodies, frames, headers, queries and secrets. Nothing of the sort may be in a log. */
export const SECRET = `secret${randomUUID().replaceAll('-', '')}`;

/** Text that an attacker tries to write to a log as a line of its own. */
export const FORGED = `forged${randomUUID().replaceAll('-', '')}`;

/** A tenant beside the one that everybody else is of. */
export const rival = (): Who => ({ ...somebody(), tenant: 'rival' });

/** @returns what several attempts got, each thing once: `401`, or `401, 404`. */
export async function each<T>(attempts: Iterable<T>, attempt: (value: T) => Promise<string | number>): Promise<string> {
  const all = new Set<string>();
  for (const value of attempts) {
    all.add(String(await attempt(value)));
  }
  return [...all].sort().join(', ');
}

/** @returns the code of a frame that refuses, and the type of any other. */
export function codeOf(frame: ServerFrame): string {
  return frame.type === 'error' ? frame.code : frame.type;
}

/** Sends texts over a connection of its own, one after the other. @returns what they are answered with */
export async function says(here: Here, texts: readonly string[], who = somebody()): Promise<string> {
  const client = await Client.connect(here, {}, who);
  return each(texts, async (one) => codeOf(await client.say(one)));
}

/** @returns the code that the connection closes with, once this is sent. */
export async function closes(here: Here, send: (client: Client) => void): Promise<number> {
  const client = await Client.connect(here);
  send(client);
  return client.closed;
}

/** Sends bytes to an entry point, as they are. @returns all that comes back until the other side closes */
export async function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname.endsWith('localhost') ? '127.0.0.1' : hostname);
  socket.setEncoding('latin1').write(bytes, 'latin1');
  return text(socket);
}

/** @returns the status of each answer in what came back: `200`, or `400`. */
export function statusesIn(answers: string): string {
  return [...new Set([...answers.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => status))].join(', ');
}

/** @returns how many messages a topic has. */
export async function published(here: Here, topic: string): Promise<number> {
  const response = await ask(here, messagesPath(topic));
  return ((await response.json()) as { sequence: number }).sequence;
}

/** Does what the app is for, as somebody whom nobody has seen before. Rejects, or does not end, if it is not done. */
export async function isServed(here: Here): Promise<void> {
  const [topic, who] = [newTopic(), somebody()];
  const client = await Client.connect(here, {}, who);
  await client.ask({ action: 'subscribe', topic });
  const body = JSON.stringify({ data: SECRET });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  expect((await ask(here, messagesPath(topic), init, who)).status).toBe(201);
  expect(await client.pushed(topic)).toMatchObject([{ sequence: 1, data: SECRET }]);
}
