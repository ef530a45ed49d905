import { START } from '../../../client/protocol';
import { ask, newTicket, somebody, type Who } from '../caller';
import { Client, newTopic } from '../client';
import { Received, upTo } from '../clients';
import { publish } from '../publish';
import { type Library, libraryClient } from './library';
import type { MixedApp } from './mixed-app';

/** Closes all connections of a subject and revokes its tokens. */
export async function logOut({ app }: MixedApp, who: Who): Promise<void> {
  expect((await ask(app, '/v1/connections', { method: 'DELETE' }, who)).status).toBe(202);
}

/**
 * Uses every part of the app, and both ways of the delivery, with clients of both versions. Expects the clients to receive each message.
 */
export async function useEveryPart(mixed: MixedApp, libraries: readonly Library[]): Promise<void> {
  const { app, logged } = mixed;
  const who = somebody();
  const client = await Client.connect(app, {}, who);
  // The first message of a topic is pushed after a hint, and those that follow at once come from the stream, if the machine is fast enough.
  do {
    await publishFromEverywhere(mixed, client, libraries);
  } while (mixed.count('pushed', 'pushed', logged) === 0 || mixed.count('delivered', 'posts', logged) === 0);
  await leave(mixed, client);
  await logOut(mixed, who);
  expect(await client.closed).toBe(1000);
  await expect(newTicket(app, who)).rejects.toThrow('No ticket: 401');
}

/** Closes a second connection, and expects that the first one no longer counts it. */
async function leave(mixed: MixedApp, client: Client): Promise<void> {
  const topic = newTopic();
  const leaving = await Client.connect(mixed.app);
  const subscribers = async () => {
    const answer = await client.ask({ action: 'presence', topic });
    return 'subscribers' in answer ? answer.subscribers : undefined;
  };
  await Promise.all([client.subscribe(topic), leaving.subscribe(topic)]);
  await mixed.until(async () => (await subscribers()) === 2);
  leaving.socket.close();
  await mixed.until(async () => (await subscribers()) === 1);
}

/** Publishes to a new topic in every way, and expects all clients to receive and to read the messages. */
async function publishFromEverywhere({ app }: MixedApp, client: Client, libraries: readonly Library[]): Promise<void> {
  const topic = newTopic();
  await client.subscribe(topic);
  const users = await Promise.all(
    libraries.map(async (library) => {
      const user = libraryClient(library, app);
      const received = new Received();
      await user.subscribe(topic, received.handler).ready;
      return { user, received };
    }),
  );
  const sent: unknown[] = ['over HTTP'];
  expect(await publish(app, topic, 'over HTTP')).toEqual({ status: 201, sequence: 1 });
  expect(await client.ask({ action: 'publish', topic, data: 'over the socket' })).toMatchObject({ type: 'published' });
  sent.push('over the socket');
  for (const [index, { user }] of users.entries()) {
    const data = { library: index, text: 'a ü 😀', list: [1, 2.5, null, true] };
    sent.push(data);
    const published = await user.publish(topic, data, { id: `id-${index}` });
    expect(await user.publish(topic, data, { id: `id-${index}` })).toEqual(published);
  }
  expect((await client.pushed(topic, sent.length)).map(({ data }) => data)).toEqual(sent);
  for (const { user, received } of users) {
    expect(await received.until(sent.length)).toEqual(upTo(sent.length));
    expect(received.messages.map(({ data }) => data)).toEqual(sent);
    const kept: unknown[] = [];
    for await (const { data } of user.history(topic, { after: START })) {
      kept.push(data);
    }
    expect(kept).toEqual(sent);
    expect(await user.presence(topic)).toEqual({ subscribers: expect.any(Number), exact: true });
    user.close();
  }
}
