import { randomBytes } from 'node:crypto';
import { Limit } from '../../../client/protocol';
import { somebody } from '../caller';
import { Client, newTopic } from '../client';
import { post, publish, read } from '../http';
import { type Attacks, closed, closeCode, codeOf, each, type Here, noGain, refused, SECRET, codesFor } from './attack';

/** Data with keys that could pollute the prototype of all objects. */
const POLLUTED = `{"__proto__":{"topic":"room","polluted":"${SECRET}"},"constructor":{"prototype":{"polluted":1}}}`;

const saying = (code: string, ...texts: readonly string[]) => refused(code, (here) => codesFor(here, texts));

/** Publishes on both lanes with each additional key. @returns the distinct codes and statuses */
async function spoofs(here: Here, keys: readonly string[]): Promise<string> {
  const topic = newTopic();
  const texts = keys.map((key) => JSON.stringify({ action: 'publish', topic, data: 1, [key]: 41 }));
  const overSocket = await codesFor(here, texts);
  const overHttp = await each(keys, async (key) => {
    return (await post(here, topic, JSON.stringify({ data: 1, [key]: 41 }))).status;
  });
  return `${overSocket}; ${overHttp}`;
}

export const frames: Attacks = {
  'not JSON': saying(
    'invalid_json',
    '{',
    SECRET,
    "{'action':'ping'}",
    '{"action":"ping"}{"action":"ping"}',
    '\0',
    '﻿{}',
  ),
  'numbers that a double does not keep': saying(
    'invalid_frame',
    ...['1e400', '-1e400', '1e-400', '12345678901234567890', '3.14159265358979323846'].map(
      (number) => `{"action":"publish","topic":"room","data":{"a":[${number}]}}`,
    ),
  ),
  'unpaired surrogates': saying(
    'invalid_frame',
    '{"action":"publish","topic":"room","data":"\\ud800"}',
    '{"action":"publish","topic":"room","data":{"\\udfff\\ud800":1}}',
    '{"action":"ping","ref":"\\ud800"}',
  ),
  'an empty frame': saying('invalid_json', '', ' '),
  'deep nesting': saying(
    'too_large',
    ...[65, 1000, 15_000].map((depth) => `{"action":"publish","topic":"room","data":${nested(depth)}}`),
  ),
  'deep nesting, outside of data': saying(
    'invalid_frame, invalid_topic',
    nested(15_000),
    `{"action":"ping","topics":${nested(15_000)}}`,
  ),
  'duplicate keys': noGain('what the last of them says', async (here) => {
    const topic = newTopic();
    const client = await Client.connect(here);
    const answer = await client.say(
      `{"action":"ping","action":"publish","topic":"a/b","topic":"${topic}","data":"${SECRET}","data":2}`,
    );
    const { messages } = await read(here, topic);
    return codeOf(answer) === 'published' && messages.length === 1 && messages[0]?.data === 2
      ? 'what the last of them says'
      : JSON.stringify([answer, messages]);
  }),
  '`__proto__` and `constructor` as keys of a frame': saying(
    'invalid_frame',
    '{"action":"ping","__proto__":{"polluted":1}}',
    '{"action":"ping","constructor":{"prototype":{"polluted":1}}}',
    `{"action":"publish","topic":"room","data":1,"__proto__":{"id":"x"}}`,
  ),
  '`__proto__` and `constructor` as keys of data': noGain('its data back, as data', async (here) => {
    const topic = newTopic();
    const client = await Client.connect(here);
    await client.ask({ action: 'subscribe', topic });
    expect(codeOf(await client.say(`{"action":"publish","topic":"${topic}","data":${POLLUTED}}`))).toBe('published');
    const [pushed] = await client.pushed(topic);
    const [kept] = (await read(here, topic)).messages;
    expect(codeOf(await client.say('{"action":"subscribe"}'))).toBe('invalid_topic');
    const texts = await each([pushed?.data, kept?.data], async (data) => JSON.stringify(data));
    return texts === POLLUTED ? 'its data back, as data' : texts;
  }),
  '`__proto__` as an action, and other names of an object': saying(
    'unknown_action',
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((action) => JSON.stringify({ action })),
  ),
  '`action: "$connect"`': saying(
    'unknown_action',
    ...['$connect', '$disconnect', '$default'].map((action) => JSON.stringify({ action })),
  ),
  'a message of 128 KB + 1': closed('1009', (here) =>
    closeCode(here, ({ socket }) => {
      for (let sent = 0; sent < 4; sent++) {
        socket.send('x'.repeat(Limit.FRAME_BYTES), { fin: false });
      }
      socket.send('x');
    }),
  ),
  'a frame of 32 KB + 1': closed('1009', (here) =>
    closeCode(here, ({ socket }) => socket.send('x'.repeat(Limit.FRAME_BYTES + 1))),
  ),
  'a binary frame': closed('1003', (here) => closeCode(here, ({ socket }) => socket.send(randomBytes(8)))),
  'invalid UTF-8': closed('1007', (here) =>
    closeCode(here, ({ socket }) => socket.send(Buffer.from([0xc3, 0x28, 0xf0, 0x80]), { binary: false })),
  ),
  'a publish that spoofs sender, sequence or time': refused('invalid_frame; 400', (here) =>
    spoofs(here, ['sender', 'subject', 'tenant', 'sequence', 'epoch', 'publishedAt', 'type', 'connectionId']),
  ),
  'a reused message id with another body': refused('conflict; 409', async (here) => {
    const topic = newTopic();
    const client = await Client.connect(here);
    await client.ask({ action: 'publish', topic, data: 'first', id: 'taken' });
    const overSocket = codeOf(await client.ask({ action: 'publish', topic, data: SECRET, id: 'taken' }));
    await publish(here, topic, 'second', 'taken');
    const { status } = await post(here, topic, JSON.stringify({ data: SECRET, id: 'taken' }));
    expect((await read(here, topic)).messages).toMatchObject([{ data: 'first' }, { data: 'second' }]);
    return `${overSocket}; ${status}`;
  }),
  "guesses of the data that another subject published with an id, or of the subject's next id": noGain(
    'messages of its own',
    async (here) => {
      const topic = newTopic();
      await publish(here, topic, 'right', 'used');
      const texts = ['used', 'next'].flatMap((id) =>
        ['right', 'wrong'].map((data) => JSON.stringify({ action: 'publish', topic, data, id: `${id}` })),
      );
      expect(await codesFor(here, [texts[0] ?? '', texts[2] ?? ''], somebody())).toBe('published');
      expect(await codesFor(here, [texts[1] ?? ''], somebody())).toBe('published');
      await publish(here, topic, 'mine', 'next');
      return 'messages of its own';
    },
  ),
};

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}
