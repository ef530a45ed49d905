import { unlimited } from '../../lambda/adapters/unlimited';
import { createHandler } from '../../lambda/message';
import type { Connection } from '../../lambda/realtime/ports';
import { failure } from '../support/memory/dynamodb';
import { messageEvent } from '../support/websocket-events';
import { lanes } from './lanes';

async function setUp() {
  const lane = lanes();
  const { connections, log, clock, newId, logger, metrics, newConnection, admission } = lane;
  const session = { connections, log, clock, newId, logger, metrics };
  const message = createHandler({ ...session, rateLimits: unlimited, closeRequests: unlimited });
  const authenticated = createHandler({ ...session, rateLimits: admission, closeRequests: admission });
  const connection = newConnection();
  await connections.connect(connection);
  const sendBy = (handler: typeof message) => async (from: Connection, frame: unknown) => {
    const { statusCode, body } = await handler(
      messageEvent(from, typeof frame === 'string' ? frame : JSON.stringify(frame)),
    );
    expect(statusCode).toBe(200);
    return JSON.parse(body ?? '') as Record<string, unknown>;
  };
  return { ...lane, message, connection, send: sendBy(message), sendAuthenticated: sendBy(authenticated) };
}

test.each<[string, string, string]>([
  ['an empty frame', '', 'invalid_json'],
  ['a frame that is not JSON', 'secret{', 'invalid_json'],
  ['a frame that is a list', '[]', 'invalid_frame'],
  ['a frame with an unknown action', '{"action":"$connect"}', 'unknown_action'],
  ['a frame with an unknown key', '{"action":"ping","topik":1}', 'invalid_frame'],
  ['a frame with an invalid topic', '{"action":"subscribe","topic":"a/b"}', 'invalid_topic'],
])('%s is answered with an error frame', async (_, body, code) => {
  const { connection, send } = await setUp();
  expect(await send(connection, body)).toEqual({ type: 'error', code, message: expect.any(String) });
});

test('a binary message is answered with an error frame', async () => {
  const { connection, message } = await setUp();
  const ping = Buffer.from('{"action":"ping"}').toString('base64');
  const { body } = await message(messageEvent(connection, ping, true));
  expect(JSON.parse(body ?? '')).toMatchObject({ type: 'error', code: 'invalid_json' });
});

test('a ping is answered with the positions of its topics', async () => {
  const { connection, send } = await setUp();
  expect(await send(connection, { action: 'ping', topics: ['a'], ref: 'r' })).toEqual({
    type: 'pong',
    positions: { a: { epoch: '', sequence: 0 } },
    ref: 'r',
  });
});

test('a failure is answered with an error frame, and neither the error message nor the frame is logged', async () => {
  const { connection, send, failTransaction, lines } = await setUp();
  failTransaction(failure('AccessDeniedException', 'arn:secret'));
  const frame = await send(connection, { action: 'publish', topic: 'news', data: 'private', ref: 'r' });
  expect(frame).toEqual({ type: 'error', code: 'internal', message: expect.any(String), ref: 'r' });
  expect(lines).toEqual([
    { event: 'failed', action: 'publish', error: 'AccessDeniedException', stack: expect.anything() },
  ]);
  expect(JSON.stringify([lines, frame])).not.toMatch(/secret|private/);
});

test('a subject that exceeds its rate limit over several connections receives rate_limited with retryAfter', async () => {
  const { sendAuthenticated, opened, newPrincipal } = await setUp();
  const principal = newPrincipal();
  const [one, other] = [await opened(principal), await opened(principal)];
  const publish = { action: 'publish', topic: 'news', data: 1 };
  const published = [
    await sendAuthenticated(one, publish),
    await sendAuthenticated(one, publish),
    await sendAuthenticated(other, publish),
  ];
  expect(published.map(({ type }) => type)).toEqual(['published', 'published', 'published']);
  expect(await sendAuthenticated(other, publish)).toMatchObject({ type: 'error', code: 'rate_limited', retryAfter: 1 });
  expect(await sendAuthenticated(other, { action: 'ping' })).toMatchObject({ type: 'pong' });
});

test('a connection that exceeds its rate limit receives rate_limited with retryAfter, without affecting other connections', async () => {
  const { sendAuthenticated, opened, newPrincipal } = await setUp();
  const principal = newPrincipal();
  const [one, other] = [await opened(principal), await opened(principal)];
  const types: unknown[] = [];
  for (let count = 0; count < 11; count += 1) {
    types.push((await sendAuthenticated(one, { action: 'ping' })).type);
  }
  expect(types).toEqual([...Array.from({ length: 10 }, () => 'pong'), 'error']);
  // The refused frame was counted, too.
  expect(await sendAuthenticated(one, { action: 'ping' })).toMatchObject({ code: 'rate_limited', retryAfter: 3 });
  expect(await sendAuthenticated(other, { action: 'ping' })).toMatchObject({ type: 'pong' });
});

test('a connection that floods is marked for closing, at most once in a second', async () => {
  const { sendAuthenticated, opened, newPrincipal, clock, streamOf } = await setUp();
  const connection = await opened(newPrincipal());
  const flood = async () => {
    for (let count = 0; count < 40; count += 1) {
      await sendAuthenticated(connection, { action: 'ping' });
    }
  };
  await flood();
  expect(streamOf('admission', 'CLOSING')).toHaveLength(1);
  clock.advance(1000);
  await flood();
  expect(streamOf('admission', 'CLOSING')).toHaveLength(2);
});

test('a frame after the authorization has expired is refused, and the connection is marked for closing', async () => {
  const { sendAuthenticated, opened, newPrincipal, clock, streamOf } = await setUp();
  const principal = newPrincipal();
  const connection = await opened(principal);
  clock.advance(600_000);
  expect(await sendAuthenticated(connection, { action: 'ping', ref: 'r' })).toMatchObject({
    code: 'unauthorized',
    ref: 'r',
  });
  expect(streamOf('admission', 'CLOSING')).toMatchObject([
    { dynamodb: { Keys: { pk: { S: `CONNECTION#${connection.id}` } } } },
  ]);
});

test('a connection whose records were deleted while it was open is marked for closing', async () => {
  const { sendAuthenticated, opened, newPrincipal, connections, streamOf } = await setUp();
  const connection = await opened(newPrincipal());
  await connections.disconnect(connection);
  expect(await sendAuthenticated(connection, { action: 'ping' })).toMatchObject({ code: 'not_connected' });
  expect(streamOf('admission', 'CLOSING')).toHaveLength(1);
});

test('several frames at once are answered while another frame of the connection subscribes', async () => {
  const { send, connection, during } = await setUp();
  // DynamoDB refuses a write to an item that is part of a transaction.
  const answers: unknown[] = [];
  during('TransactWriteItems', async () => void answers.push(await send(connection, { action: 'ping' })));
  expect(await send(connection, { action: 'subscribe', topic: 'news' })).toMatchObject({ type: 'subscribed' });
  expect(answers).toEqual([{ type: 'pong', positions: {} }]);
});
