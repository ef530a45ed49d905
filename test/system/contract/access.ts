import { ask, somebody, type Who } from '../caller';
import { Client, newTopic } from '../client';
import { messagesPath } from '../http';
import type { Place } from '../place';

/** Access of subjects and tenants. Attacks are in ../attacks. Requires an issuer with tokens for arbitrary subjects, such as the local one. */
export function access(place: () => Place): void {
  const rival = (): Who => ({ ...somebody(), tenant: 'rival' });

  async function problemOf(response: Response): Promise<[number, string]> {
    const { type } = (await response.json()) as { type: string };
    return [response.status, type.replace('urn:twinlane:problem:', '')];
  }

  test('separates tenants that use the same topic', async () => {
    const topic = newTopic();
    const [mine, theirs] = [await Client.connect(place()), await Client.connect(place(), {}, rival())];
    for (const client of [mine, theirs]) {
      expect(await client.ask({ action: 'subscribe', topic })).toMatchObject({ topic, sequence: 0 });
    }
    await mine.ask({ action: 'publish', topic, data: 'mine' });
    await theirs.ask({ action: 'publish', topic, data: 'theirs' });
    expect(await mine.pushed(topic)).toMatchObject([{ topic, sequence: 1, data: 'mine' }]);
    expect(await theirs.pushed(topic)).toMatchObject([{ topic, sequence: 1, data: 'theirs' }]);
    const history = await ask(place(), messagesPath(topic), {}, rival());
    expect(await history.json()).toMatchObject({ topic, sequence: 1, messages: [{ data: 'theirs' }] });
    const named = await theirs.say(JSON.stringify({ action: 'subscribe', topic: `contract/${topic}` }));
    expect(named).toMatchObject({ code: 'invalid_topic' });
  });

  test('limits a token to its scopes on both lanes', async () => {
    const topic = newTopic();
    const reader: Who = { ...somebody(), scope: 'openid topics:read' };
    const client = await Client.connect(place(), {}, reader);
    expect(await client.ask({ action: 'subscribe', topic })).toMatchObject({ type: 'subscribed' });
    expect(await client.ask({ action: 'publish', topic, data: 1 })).toMatchObject({ code: 'forbidden' });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"data":1}' };
    expect(await problemOf(await ask(place(), messagesPath(topic), init, reader))).toEqual([403, 'forbidden']);
  });

  test('allows a subject with 20 connections to open another one, and closes one of them', async () => {
    const who = somebody();
    const first = await Promise.all(Array.from({ length: 20 }, () => Client.connect(place(), {}, who)));
    const another = await Client.connect(place(), {}, who);
    expect(await Promise.race(first.map(({ closed }) => closed))).toBe(1000);
    const open = [...first, another].filter(({ socket }) => socket.readyState === socket.OPEN);
    expect(open).toHaveLength(20);
    for (const client of open) {
      expect(await client.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
    }
  });
}
