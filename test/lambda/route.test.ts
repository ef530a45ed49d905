import { ANYONE, type Principal } from '../../lambda/realtime/principal';
import { createRoute, type Route } from '../../lambda/route';
import { MemoryAdmission } from '../support/memory/admission';
import { ManualClock } from '../support/memory/clock';
import { MemoryConnections } from '../support/memory/connections';
import { MemoryMessageLog } from '../support/memory/message-log';
import { MemoryMetrics } from '../support/memory/metrics';
import { messageEvent } from '../support/websocket-events';

const ALICE: Principal = { ...ANYONE, subject: 'alice', tenant: 'acme', expiresAt: Number.MAX_SAFE_INTEGER };

/** Creates a route, and an open connection of alice that sends frames to it. */
async function routeOf(route: Route) {
  const clock = new ManualClock();
  const connections = new MemoryConnections(clock);
  const admission = new MemoryAdmission(clock, connections, { requests: { perSecond: 1, burst: 2 }, connections: 3 });
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const log = new MemoryMessageLog(clock, 3600, newId);
  const logged: object[] = [];
  const metrics = new MemoryMetrics();
  const handler = createRoute(route, {
    ...{ connections, log, clock, newId, rateLimits: admission, closeRequests: admission },
    logger: (line) => logged.push(line),
    metrics,
  });
  const { connectionId: id, connectedAt } = messageEvent('a=', '{}').requestContext;
  await connections.connect({ id, connectedAt }, ALICE);
  return {
    logged,
    metrics,
    log,
    async send(frame: object | string, connection = id): Promise<unknown> {
      const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
      const { body } = await handler(messageEvent(connection, text));
      return JSON.parse(body ?? '');
    },
  };
}

const roll: Route = async ({ principal, frame, publish }) => {
  await publish({ topic: 'rolls', data: { by: principal.subject, sides: Number(frame.sides) } });
  return { type: 'rolled' };
};

test('a route gets the sender and the frame, can publish, and its answer repeats the ref', async () => {
  const { send, log } = await routeOf(roll);

  expect(await send({ action: 'roll', sides: 6, ref: 'r1' })).toEqual({ type: 'rolled', ref: 'r1' });

  const [message] = (await log.read('acme/rolls', 0, 10)).messages;
  expect(message).toMatchObject({ topic: 'acme/rolls', data: { by: 'alice', sides: 6 } });
});

test('a route answers with an error frame if its sender exceeds the rate limit', async () => {
  const { send } = await routeOf(roll);
  await send({ action: 'roll', sides: 6 });
  await send({ action: 'roll', sides: 6 });

  expect(await send({ action: 'roll', sides: 6, ref: 'r3' })).toMatchObject({
    type: 'error',
    code: 'rate_limited',
    ref: 'r3',
  });
});

test('a route does not run for a connection that is not open', async () => {
  const route = jest.fn();
  const { send } = await routeOf(route);

  expect(await send({ action: 'roll' }, 'other=')).toMatchObject({ type: 'error', code: 'not_connected' });
  expect(route).not.toHaveBeenCalled();
});

test('an error in a route is logged without its message, and the client gets the code internal', async () => {
  const { send, logged } = await routeOf(async () => {
    throw new TypeError('secret');
  });

  expect(await send({ action: 'roll', ref: 'r' })).toMatchObject({ type: 'error', code: 'internal', ref: 'r' });
  expect(logged).toMatchObject([{ event: 'failed', error: 'TypeError' }]);
  expect(JSON.stringify(logged)).not.toContain('secret');
});

test('a frame for a route is refused if it has a number that is too large for a double', async () => {
  const route = jest.fn();
  const { send } = await routeOf(route);

  const answer = await send('{"action":"roll","sides":1e400,"ref":"r"}');
  expect(answer).toMatchObject({ type: 'error', code: 'invalid_frame', ref: 'r' });
  expect(route).not.toHaveBeenCalled();
});

test('a route cannot publish NaN, which would become null', async () => {
  const { send, log } = await routeOf(roll);

  expect(await send({ action: 'roll', sides: 'many' })).toMatchObject({ type: 'error', code: 'internal' });
  expect((await log.read('acme/rolls', 0, 10)).messages).toEqual([]);
});

test('a route cannot publish to a topic whose name is invalid', async () => {
  const { send } = await routeOf(async ({ publish }) => {
    await publish({ topic: 'no topic', data: 1 });
    return {};
  });

  expect(await send({ action: 'roll' })).toMatchObject({ type: 'error', code: 'internal' });
});
