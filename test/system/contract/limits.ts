import { randomBytes } from 'node:crypto';
import { Limit } from '../../../client/protocol';
import { PUBLISHER } from '../caller';
import { Client, newTopic } from '../client';
import { post, publish, read } from '../http';
import type { Entry, Place } from '../place';

/**
 * Maximum size of a message in bytes, in any number of frames of at most {@link Limit.FRAME_BYTES}. `ws` has one limit for both,
 * and no valid frame of the protocol is larger, so servers accept less.
 */
const MESSAGE_BYTES: Readonly<Record<Entry, number>> = { apiGateway: 128 * 1024, servers: Limit.FRAME_BYTES };

/** Number of frames of the longest message. */
const FRAMES = 4;

/** Data with this size in bytes as JSON. */
const dataOf = (bytes: number) => 'x'.repeat(bytes - 2);

export function limits(place: () => Place, entry: Entry): void {
  const messageBytes = MESSAGE_BYTES[entry];
  const connect = () => Client.connect(place());

  test('is rejected on both lanes if its data is one byte too long', async () => {
    const topic = newTopic();
    const client = await connect();
    await client.ask({ action: 'subscribe', topic });
    const data = dataOf(Limit.DATA_BYTES);
    await publish(place(), topic, data);
    expect(await client.ask({ action: 'publish', topic, data })).toMatchObject({ type: 'published', sequence: 2 });
    expect((await client.pushed(topic, 2)).map((message) => message.data)).toEqual([data, data]);

    const more = dataOf(Limit.DATA_BYTES + 1);
    expect(await client.ask({ action: 'publish', topic, data: more })).toMatchObject({ code: 'too_large' });
    const response = await post(place(), topic, JSON.stringify({ data: more }));
    expect([response.status, await response.json()]).toMatchObject([413, { type: 'urn:twinlane:problem:too_large' }]);
    expect((await read(place(), topic)).sequence).toBe(2);
  });

  test('does not include the longest topic, id and ref and the deepest data', async () => {
    const topic = newTopic().padEnd(Limit.TOPIC_LENGTH, 'x');
    const id = 'i'.repeat(Limit.MESSAGE_ID_LENGTH);
    const ref = 'r'.repeat(Limit.REF_LENGTH);
    const data = JSON.parse('['.repeat(Limit.DATA_DEPTH) + ']'.repeat(Limit.DATA_DEPTH));
    const client = await Client.connect(place(), {}, PUBLISHER);
    const published = await client.say(JSON.stringify({ action: 'publish', topic, id, data, ref }));
    expect(published).toMatchObject({ type: 'published', topic, id, ref });
    const { type: _type, ref: _ref, ...message } = published as typeof published & { ref: string };
    expect(await publish(place(), topic, data, id)).toEqual(message);
    const topics = [topic, ...Array.from({ length: Limit.PING_TOPICS - 1 }, newTopic)];
    const pong = await client.ask({ action: 'ping', topics });
    expect(Object.keys(pong.type === 'pong' ? pong.positions : {}).sort()).toEqual(topics.sort());
  });

  test('is rejected as a body before it is read', async () => {
    const response = await post(place(), newTopic(), JSON.stringify({ data: 1 }).padEnd(Limit.FRAME_BYTES + 1));
    expect([response.status, await response.json()]).toMatchObject([413, { type: 'urn:twinlane:problem:too_large' }]);
  });

  test('closes the connection with 1009 as a frame of more than 32768 bytes', async () => {
    const client = await connect();
    const ping = '{"action":"ping"}';
    expect(await client.say(ping.padEnd(Limit.FRAME_BYTES))).toMatchObject({ type: 'pong' });
    client.socket.send(ping.padEnd(Limit.FRAME_BYTES + 1));
    expect(await client.closed).toBe(1009);
  });

  test(`closes the connection with 1009 as a message of more than ${messageBytes} bytes in any number of frames`, async () => {
    const client = await connect();
    const send = (bytes: number) => {
      const longest = messageBytes / FRAMES;
      for (let sent = 0; sent < bytes; sent += longest) {
        const size = Math.min(longest, bytes - sent);
        const start = sent === 0 ? '{"action":"ping"}' : '';
        client.socket.send(start.padEnd(size), { fin: sent + size >= bytes });
      }
    };
    send(messageBytes);
    expect(await client.first(({ type }) => type === 'pong')).toMatchObject({ type: 'pong' });
    send(messageBytes + 1);
    expect(await client.closed).toBe(1009);
  });

  test('closes the connection with 1007 if it is not UTF-8', async () => {
    const client = await connect();
    client.socket.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect(await client.closed).toBe(1007);
  });

  test('closes the connection with 1003 if it is binary', async () => {
    const client = await connect();
    client.socket.send(randomBytes(8));
    expect(await client.closed).toBe(1003);
  });
}
