import { Limit } from '../../../client/protocol';
import { newTopic } from '../client';
import { publish, read } from '../http';
import type { Place } from '../place';

export function history(place: () => Place): void {
  test('of an unused topic is empty and recovered', async () => {
    const topic = newTopic();
    expect(await read(place(), topic)).toEqual({ topic, epoch: '', sequence: 0, recovered: true, messages: [] });
  });

  test('is a page after a sequence, with the sequence of the latest message', async () => {
    const topic = newTopic();
    for (const data of [1, 2, 3, 4, 5]) {
      await publish(place(), topic, data);
    }
    const page = await read(place(), topic, '?after=1&limit=2');
    expect(page).toMatchObject({ topic, sequence: 5, recovered: true });
    expect(page.messages.map(({ sequence, data }) => [sequence, data])).toEqual([
      [2, 2],
      [3, 3],
    ]);
    const next = await read(place(), topic, `?after=${page.messages.at(-1)?.sequence}`);
    expect(next.messages.map(({ data }) => data)).toEqual([4, 5]);
    expect(new Set([...page.messages, ...next.messages].map(({ epoch }) => epoch))).toEqual(new Set([page.epoch]));
  });

  test('has shorter pages if data is large, and can be read to the latest message', async () => {
    const topic = newTopic();
    const large = 'x'.repeat(Limit.DATA_BYTES - 2);
    const fit = Math.floor(Limit.PAGE_BYTES / Limit.DATA_BYTES);
    for (let count = 0; count <= fit; count++) {
      await publish(place(), topic, large);
    }
    const page = await read(place(), topic);
    expect([page.messages.length, page.sequence]).toEqual([fit, fit + 1]);
    const rest = await read(place(), topic, `?after=${fit}`);
    expect(rest.messages.map(({ sequence }) => sequence)).toEqual([fit + 1]);
  });

  test('after the latest message is empty and recovered', async () => {
    const topic = newTopic();
    await publish(place(), topic, 1);
    expect(await read(place(), topic, '?after=1')).toMatchObject({ sequence: 1, recovered: true, messages: [] });
  });

  test('after a sequence that does not exist yet is not recovered', async () => {
    const topic = newTopic();
    await publish(place(), topic, 1);
    expect(await read(place(), topic, '?after=7')).toMatchObject({ sequence: 1, recovered: false });
  });
}
