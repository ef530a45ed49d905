import { Client, newTopic } from '../client';
import { publish, read } from '../http';
import type { Place } from '../place';

export function delivery(place: () => Place): void {
  const connect = () => Client.connect(place());

  async function subscriber(topic: string): Promise<Client> {
    const client = await connect();
    expect(await client.ask({ action: 'subscribe', topic })).toMatchObject({ type: 'subscribed', topic });
    return client;
  }

  test('receives messages that are published over HTTP', async () => {
    const topic = newTopic();
    const client = await subscriber(topic);
    const published = await publish(place(), topic, { text: 'hello' });
    expect(await client.pushed(topic)).toEqual([{ ...published, data: { text: 'hello' } }]);
  });

  test('receives every character exactly, as does a reader of the history', async () => {
    const topic = newTopic();
    const client = await subscriber(topic);
    const data = '\uFFFF\uFFFE\uFFFD\uE000\uD7FF\u2028\u0000\u000B\u007F😀\u{10FFFF}';
    await publish(place(), topic, data);
    expect((await client.pushed(topic)).map((message) => message.data)).toEqual([data]);
    expect((await read(place(), topic)).messages.map((message) => message.data)).toEqual([data]);
  });

  test('receives messages that are published over sockets, including its own', async () => {
    const topic = newTopic();
    const client = await subscriber(topic);
    const other = await subscriber(topic);
    const answer = await client.ask({ action: 'publish', topic, data: [1] });
    const { type: _, ref: __, ...published } = answer as typeof answer & { ref: string };
    const message = { ...published, data: [1] };
    expect(await Promise.all([client.pushed(topic), other.pushed(topic)])).toEqual([[message], [message]]);
  });

  test('receives all messages if there are many subscribers', async () => {
    const topic = newTopic();
    const clients = await Promise.all(Array.from({ length: 20 }, () => subscriber(topic)));
    for (const data of [1, 2, 3]) {
      await publish(place(), topic, data);
    }
    for (const messages of await Promise.all(clients.map((client) => client.pushed(topic, 3)))) {
      expect(messages.map(({ sequence, data }) => [sequence, data])).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
      ]);
    }
  });

  test('can request the number of subscribers, as can other clients', async () => {
    const topic = newTopic();
    const outsider = await connect();
    const presence = { type: 'presence', topic, exact: true };
    expect(await outsider.ask({ action: 'presence', topic })).toMatchObject({ ...presence, subscribers: 0 });
    const [one] = [await subscriber(topic), await subscriber(topic)];
    expect(await outsider.ask({ action: 'presence', topic })).toMatchObject({ ...presence, subscribers: 2 });
    await one.ask({ action: 'unsubscribe', topic });
    expect(await one.ask({ action: 'presence', topic })).toMatchObject({ ...presence, subscribers: 1 });
  });

  test('receives the position at which its subscription starts', async () => {
    const topic = newTopic();
    const client = await subscriber(topic);
    const { epoch } = await publish(place(), topic, 1);
    expect(await client.ask({ action: 'subscribe', topic })).toMatchObject({ type: 'subscribed', epoch, sequence: 1 });
  });

  test('receives no messages of other topics, and none after it has unsubscribed', async () => {
    const [left, kept] = [newTopic(), newTopic()];
    const client = await subscriber(left);
    const witness = await subscriber(left);
    await client.ask({ action: 'subscribe', topic: kept });
    expect(await client.ask({ action: 'unsubscribe', topic: left })).toMatchObject({
      type: 'unsubscribed',
      topic: left,
    });
    await publish(place(), left, 'unseen');
    await publish(place(), newTopic(), 'unseen');
    await witness.pushed(left);
    await publish(place(), kept, 'seen');
    await client.pushed(kept);
    expect(client.messages.map(({ data }) => data)).toEqual(['seen']);
  });

  test('receives 200 messages of 4 clients in the order of the log, without a gap', async () => {
    const topic = newTopic();
    const client = await subscriber(topic);
    const writers = await Promise.all(Array.from({ length: 4 }, connect));
    await Promise.all(
      writers.map(async (writer, name) => {
        for (let number = 0; number < 50; number++) {
          const answer = await writer.ask({ action: 'publish', topic, data: { name, number } });
          expect(answer).toMatchObject({ type: 'published' });
        }
      }),
    );
    const pushed = await client.pushed(topic, 200);
    expect(pushed.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    for (const name of writers.keys()) {
      const own = pushed
        .map(({ data }) => data as { name: number; number: number })
        .filter((data) => data.name === name);
      expect(own.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    }
    const pages = [await read(place(), topic), await read(place(), topic, '?after=100')];
    const logged = pages.flatMap(({ messages }) => messages);
    expect(pushed.map(({ epoch, sequence, id, data }) => ({ epoch, sequence, id, data }))).toEqual(
      logged.map(({ epoch, sequence, id, data }) => ({ epoch, sequence, id, data })),
    );
  });

  test('that was disconnected gets all messages once if it subscribes and then reads the history', async () => {
    const topic = newTopic();
    const before = await publish(place(), topic, 'seen before');
    const missed = await publish(place(), topic, 'missed');
    const client = await subscriber(topic);
    const pushed = await publish(place(), topic, 'pushed');
    await client.until(() => client.messages.find(({ sequence }) => sequence === pushed.sequence));
    const { recovered, epoch, messages } = await read(place(), topic, `?after=${before.sequence}`);
    expect([recovered, epoch]).toEqual([true, before.epoch]);
    // Messages published before the subscription can be pushed, too, and have been handled already.
    const later = (await client.pushed(topic)).filter(({ sequence }) => sequence > before.sequence);
    const merged = new Map([...messages, ...later].map(({ sequence, data }) => [sequence, data]));
    expect([...merged]).toEqual([
      [missed.sequence, 'missed'],
      [pushed.sequence, 'pushed'],
    ]);
  });
}
