import type { ErrorCode } from '../../../client/protocol';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, PUBLISHER } from '../caller';
import { Client, newTopic } from '../client';
import { messagesPath, post, publish } from '../http';
import type { Place } from '../place';

/**
 * Error codes for invalid inputs. Other codes report errors of the server, closed connections, or the authorization of the
 * caller: see ./access.
 */
type Causable = Exclude<
  ErrorCode,
  'unavailable' | 'internal' | 'connection_limit' | 'not_connected' | 'unauthorized' | 'forbidden' | 'rate_limited'
>;

/** Error codes of the WebSocket lane, without those that only HTTP requests can cause. */
type OfFrames = Exclude<Causable, 'invalid_request' | 'not_found' | 'method_not_allowed' | 'unsupported_media_type'>;
/** Error codes of the HTTP lane, without those that only frames can cause. */
type OfHttp = Exclude<Causable, 'invalid_frame' | 'unknown_action' | 'subscription_limit'>;

const deep = `${'['.repeat(65)}${']'.repeat(65)}`;
const long = 'x'.repeat(129);

/** Frames by the error code of their answer, which does not depend on earlier frames. */
const FRAMES: Record<Exclude<OfFrames, 'conflict' | 'subscription_limit'>, readonly string[]> = {
  invalid_json: ['{', 'hello', '{"action":"ping"}{'],
  invalid_frame: [
    '[]',
    '7',
    'null',
    '{"action":"ping","extra":1}',
    '{"action":"ping","ref":7}',
    `{"action":"ping","ref":"${'r'.repeat(65)}"}`,
    '{"action":"ping","topics":"room"}',
    JSON.stringify({ action: 'ping', topics: Array.from({ length: 101 }, (_, index) => `t${index}`) }),
    '{"action":"publish","topic":"room"}',
    '{"action":"publish","topic":"room","data":1,"id":"a b"}',
    `{"action":"publish","topic":"room","data":1,"id":"${'i'.repeat(65)}"}`,
  ],
  unknown_action: ['{}', '{"action":"shout"}', '{"action":7}', '{"action":"toString"}'],
  invalid_topic: [
    '{"action":"subscribe"}',
    '{"action":"subscribe","topic":"a b"}',
    '{"action":"unsubscribe","topic":"a..b"}',
    '{"action":"ping","topics":["-a"]}',
    `{"action":"publish","topic":"${long}","data":1}`,
  ],
  too_large: [`{"action":"publish","topic":"room","data":${deep}}`],
};

type Request = readonly [method: string, path: string, body?: string, contentType?: string];

const REQUESTS: Record<Exclude<OfHttp, 'conflict'>, { status: number; requests: readonly Request[] }> = {
  invalid_json: { status: 400, requests: [['POST', '/v1/topics/room/messages', '{']] },
  invalid_request: {
    status: 400,
    requests: [
      ['POST', '/v1/topics/room/messages', '{}'],
      ['POST', '/v1/topics/room/messages', '{"data":1,"extra":1}'],
      ['POST', '/v1/topics/room/messages', '{"data":1,"id":"a b"}'],
      ['GET', '/v1/topics/room/messages?after=-1'],
      ['GET', '/v1/topics/room/messages?limit=0'],
      ['GET', '/v1/topics/room/messages?limit=101'],
      ['GET', '/v1/topics/room/messages?afer=1'],
    ],
  },
  invalid_topic: {
    status: 400,
    requests: [
      ['GET', '/v1/topics/a..b/messages'],
      ['GET', `/v1/topics/${long}/messages`],
      ['POST', '/v1/topics/a%20b/messages', '{"data":1}'],
    ],
  },
  too_large: { status: 413, requests: [['POST', '/v1/topics/room/messages', `{"data":${deep}}`]] },
  not_found: {
    status: 404,
    requests: [
      ['GET', '/v1/nothing/here'],
      ['POST', '/v1/topics/room', '{"data":1}'],
    ],
  },
  method_not_allowed: { status: 405, requests: [['DELETE', '/v1/topics/room/messages']] },
  unsupported_media_type: { status: 415, requests: [['POST', '/v1/topics/room/messages', 'data=1', 'text/plain']] },
};

/** Paths that the page of a gateway answers, if there is one. */
const OUTSIDE_OF_THE_API = ['/', '/nothing/here'];

export function refusals(place: () => Place, gateway: boolean): void {
  const connect = () => Client.connect(place());

  test.each(Object.entries(FRAMES))('in a frame returns the error %s', async (code, texts) => {
    const client = await connect();
    for (const text of texts) {
      expect([text, await client.say(text)]).toEqual([
        text,
        expect.objectContaining({ type: 'error', code, message: expect.stringMatching(/./) }),
      ]);
    }
  });

  test('in a frame returns an error with the ref if it can be read', async () => {
    const client = await connect();
    expect(await client.say('{"action":"shout","ref":"7"}')).toMatchObject({ code: 'unknown_action', ref: '7' });
  });

  if (!gateway) {
    test.each(OUTSIDE_OF_THE_API)('such as the path %s returns the problem not_found', async (path) => {
      const response = await ask(place(), path);
      expect([response.status, await response.json()]).toMatchObject([404, { type: 'urn:twinlane:problem:not_found' }]);
    });
  }

  test.each(Object.entries(REQUESTS))('in a request returns the problem %s', async (code, { status, requests }) => {
    for (const [method, path, body, contentType = 'application/json'] of requests) {
      const headers = body ? { 'content-type': contentType } : undefined;
      const response = await ask(place(), path, { method, headers, body });
      expect([method, path, response.status, response.headers.get('content-type')]).toEqual([
        method,
        path,
        status,
        'application/problem+json',
      ]);
      expect(await response.json()).toEqual({
        type: `urn:twinlane:problem:${code}`,
        title: expect.stringMatching(/./),
        status,
        detail: expect.stringMatching(/./),
      });
    }
  });

  test('that reuses an id with other data is a conflict on both lanes', async () => {
    const topic = newTopic();
    const client = await Client.connect(place(), {}, PUBLISHER);
    await publish(place(), topic, 'first', 'taken');
    const response = await post(place(), topic, '{"data":"second","id":"taken"}');
    expect([response.status, await response.json()]).toMatchObject([409, { type: 'urn:twinlane:problem:conflict' }]);
    expect(await client.ask({ action: 'publish', topic, data: 'second', id: 'taken' })).toMatchObject({
      type: 'error',
      code: 'conflict',
    });
  });

  test('such as the 101st subscription is rejected until another subscription ends', async () => {
    const client = await connect();
    const topics = Array.from({ length: 101 }, newTopic);
    const [last = '', first = ''] = [topics.pop(), topics[0]];
    for (const topic of topics) {
      expect(await client.ask({ action: 'subscribe', topic })).toMatchObject({ type: 'subscribed' });
    }
    // The 100 subscriptions have used up the burst of the connection.
    await sleep(1000);
    expect(await client.ask({ action: 'subscribe', topic: last })).toMatchObject({ code: 'subscription_limit' });
    expect(await client.ask({ action: 'subscribe', topic: first })).toMatchObject({ type: 'subscribed' });
    await client.ask({ action: 'unsubscribe', topic: first });
    expect(await client.ask({ action: 'subscribe', topic: last })).toMatchObject({ type: 'subscribed' });
  });

  test('such as an unsupported method returns the allowed methods', async () => {
    const response = await ask(place(), messagesPath('room'), { method: 'PUT' });
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'POST']);
  });
}
