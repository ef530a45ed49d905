import { ask, PUBLISHER } from '../caller';
import { Client, newTopic } from '../client';
import { post, publish, read } from '../http';
import type { Place } from '../place';

export function publishing(place: () => Place): void {
  const connect = () => Client.connect(place());

  test('over HTTP returns the location of the message', async () => {
    const topic = newTopic();
    const response = await post(place(), topic, '{"data":{"text":"hello"},"id":"order-42"}');
    expect(response.status).toBe(201);
    const published = await response.json();
    expect(published).toEqual({
      topic,
      id: 'order-42',
      epoch: expect.stringMatching(/./),
      sequence: 1,
      publishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    const location = await ask(place(), response.headers.get('location') ?? '');
    const { topic: _, ...message } = published as { topic: string };
    expect(await location.json()).toMatchObject({ messages: [{ ...message, data: { text: 'hello' } }] });
  });

  test('over the socket returns the message without its data', async () => {
    const topic = newTopic();
    const client = await connect();
    const published = await client.ask({ action: 'publish', topic, data: { text: 'hello' }, id: 'order-42' });
    const { type, ref: _, ...message } = published as typeof published & { ref: string };
    expect(type).toBe('published');
    expect((await read(place(), topic)).messages).toEqual([{ ...message, topic: undefined, data: { text: 'hello' } }]);
  });

  test('without an id creates a new message each time', async () => {
    const topic = newTopic();
    const first = await publish(place(), topic, 'same');
    const second = await publish(place(), topic, 'same');
    expect([first.sequence, second.sequence]).toEqual([1, 2]);
    expect(first.id).not.toBe(second.id);
  });

  test('that is repeated with its id creates one message across both lanes', async () => {
    const topic = newTopic();
    const client = await Client.connect(place(), {}, PUBLISHER);
    const first = await publish(place(), topic, { a: [1, null] }, 'once');
    expect(await publish(place(), topic, { a: [1, null] }, 'once')).toEqual(first);
    const overSocket = await client.ask({ action: 'publish', topic, data: { a: [1, null] }, id: 'once' });
    expect(overSocket).toEqual({ ...first, type: 'published', ref: expect.any(String) });
    expect((await read(place(), topic)).messages).toHaveLength(1);
  });

  test.each([0, -1.5, '', 'ünï → 💡', null, true, [], {}, [[[{ deep: [] }]]]])(
    'preserves the data %j',
    async (data) => {
      const topic = newTopic();
      await publish(place(), topic, data);
      expect((await read(place(), topic)).messages).toMatchObject([{ data }]);
    },
  );
}
