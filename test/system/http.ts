import type { Json, Message } from '../../client/protocol';
import { ask } from './caller';
import type { Place } from './place';

/** A page of a topic's history. */
export interface History {
  readonly topic: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly recovered: boolean;
  readonly messages: readonly Omit<Message, 'topic'>[];
}

export type Published = Omit<Message, 'data'>;

/** @returns the path of a topic's messages. */
export function messagesPath(topic: string): string {
  return `/v1/topics/${topic}/messages`;
}

export function post(place: Place, topic: string, body: string, contentType = 'application/json'): Promise<Response> {
  return ask(place, messagesPath(topic), { method: 'POST', headers: { 'content-type': contentType }, body });
}

/** Publishes over HTTP. Throws unless the response has the status 201. */
export async function publish(place: Place, topic: string, data: Json, id?: string): Promise<Published> {
  const response = await post(place, topic, JSON.stringify({ data, id }));
  expect(response.status).toBe(201);
  return (await response.json()) as Published;
}

export async function read(place: Place, topic: string, query = ''): Promise<History> {
  const response = await ask(place, `${messagesPath(topic)}${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as History;
}
