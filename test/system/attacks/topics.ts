import { request } from 'node:http';
import { Limit } from '../../../client/protocol';
import { ask, somebody } from '../caller';
import { Client, newTopic } from '../client';
import { messagesPath, publish } from '../http';
import { type Attacks, codeOf, each, type Here, noGain, refused, rival, SECRET, codesFor } from './attack';

/** Uses topics in every action of the WebSocket lane and over HTTP. @returns the distinct codes and statuses */
async function names(here: Here, ...topics: readonly string[]): Promise<string> {
  const texts = topics.flatMap((topic) => [
    JSON.stringify({ action: 'subscribe', topic }),
    JSON.stringify({ action: 'unsubscribe', topic }),
    JSON.stringify({ action: 'presence', topic }),
    JSON.stringify({ action: 'ping', topics: ['room', topic] }),
    JSON.stringify({ action: 'publish', topic, data: SECRET }),
  ]);
  const overSocket = await codesFor(here, texts, rival());
  const overHttp = await each(topics, (topic) => pathIs(here, messagesPath(encoded(topic))));
  return `${overSocket}; ${overHttp}`;
}

/** @returns the text with all characters encoded, including dots, so that no server normalizes it as a path. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('.', '%2E');
}

/** Requests a raw path, which `fetch` would normalize. @returns the status of the response */
async function pathIs(here: Here, path: string, headers: Record<string, string> = {}): Promise<number> {
  const authorization = `Bearer ${await here.token(rival())}`;
  return new Promise((resolve, fail) => {
    const { hostname, port } = new URL(here.httpUrl);
    const outgoing = request({ host: '127.0.0.1', port, path, headers: { host: hostname, authorization, ...headers } });
    outgoing.once('error', fail).once('response', (response) => resolve(response.resume().statusCode ?? 0));
    outgoing.end();
  });
}

const naming = (...topics: readonly string[]) => refused('invalid_topic; 400', (here) => names(here, ...topics));

export const topics: Attacks = {
  "another tenant's topic, by its key": naming('contract/room', 'contract:room/room', 'TOPIC#contract/room#0'),
  "another tenant's topic, by its name": noGain('a topic of its own tenant', async (here) => {
    const topic = newTopic();
    await publish(here, topic, SECRET);
    const client = await Client.connect(here, {}, rival());
    const heads = [
      await client.ask({ action: 'subscribe', topic }),
      await client.ask({ action: 'ping', topics: [topic] }),
      await (await ask(here, messagesPath(topic), {}, rival())).json(),
    ];
    return JSON.stringify(heads).match(/"sequence":[1-9]/) ? JSON.stringify(heads) : 'a topic of its own tenant';
  }),
  'a topic with `#`': naming('#', 'room#0', 'room#', 'room:1#CONNECTION'),
  'a topic with `/`': naming('/', 'a/b', 'a//b', '/room'),
  'a topic with `..`': refused('invalid_topic; 400, 404', (here) =>
    names(here, '..', '../room', 'a..b', '.', './room', 'a/../../b'),
  ),
  'a topic with NUL': naming('\0', 'room\0', 'room\0.png'),
  'a topic of lookalikes': naming('rооm', 'ｒoom', 'room\u200b', 'ro\u00adom', 'rooｍ', 'room\u0301'),
  'a topic of 4 KB': naming('x'.repeat(4096), 'a.'.repeat(2047).concat('aa')),
  'a topic with a wildcard': naming('*', 'room:*', 'room.>', '+', '%', 'room?', '[a-z]', '.*'),
  'a topic that is no text': refused('invalid_topic', (here) =>
    codesFor(
      here,
      ['null', '7', '["room"]', '{"room":1}', 'true', '[]'].map((topic) => `{"action":"subscribe","topic":${topic}}`),
    ),
  ),
  'a topic that is a key of every object': noGain('topics as any other', async (here) => {
    const client = await Client.connect(here);
    const all = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'then'];
    expect(codeOf(await client.ask({ action: 'subscribe', topic: 'constructor' }))).toBe('subscribed');
    const pong = await client.ask({ action: 'ping', topics: all });
    return pong.type === 'pong' && all.every((topic) => Object.hasOwn(pong.positions, topic))
      ? 'topics as any other'
      : JSON.stringify(pong);
  }),
  '`__proto__` as a topic': naming('__proto__'),
  'a forged `after`': refused('400', (here) =>
    each(['-1', '9007199254740992', '18446744073709551616', '1e3', '0x1', '1.5', 'NaN', '', '1&after=x'], (after) =>
      pathIs(here, `${messagesPath('room')}?after=${after}`),
    ),
  ),
  'an `after` that is to come': noGain('`recovered: false`', async (here) => {
    const topic = newTopic();
    await publish(here, topic, 1);
    const pages = [];
    for (const after of [2, Number.MAX_SAFE_INTEGER]) {
      pages.push(await (await ask(here, `${messagesPath(topic)}?after=${after}`)).json());
    }
    return each(pages, async (page) => `\`recovered: ${(page as { recovered: boolean }).recovered}\``);
  }),
  'a path around the authentication': refused('401, 404', (here) =>
    each(
      [
        '/v1/topics/room/messages',
        '//v1/topics/room/messages',
        '/v1//topics/room/messages',
        '/./v1/topics/room/messages',
        '/docs/../v1/topics/room/messages',
        '/docs/%2e%2e/v1/topics/room/messages',
        '/%761/topics/room/messages',
        '/v1%2ftopics/room/messages',
        '/V1/topics/room/messages',
        '/v1/topics/room/messages/',
        '/v1/topics/room/messages;a=b',
        '/docs/..%2f..%2fpackage.json',
        '/health/../../../../etc/passwd',
      ],
      (path) => pathIs(here, path, { authorization: '' }),
    ),
  ),
  'as many topics in a ping as a connection may not have': refused('invalid_frame', (here) => {
    const many = Array.from({ length: Limit.PING_TOPICS + 1 }, (_, index) => `t${index}`);
    return codesFor(here, [JSON.stringify({ action: 'ping', topics: many })], somebody());
  }),
};
