import { once } from 'node:events';
import { close, Running } from './running';

let running: Running;
afterEach(async () => {
  jest.useRealTimers();
  await running.stop();
});

const ok = () => ({ statusCode: 200 });
const KIB = 1024;

/** Connects and calls `send`. @returns the close code and reason for the client, and those in the $disconnect event */
async function closing(send: (client: Awaited<ReturnType<Running['connected']>>) => void) {
  const client = await running.connected();
  const closed = close(client);
  send(client);
  const [code, reason] = await closed;
  const { requestContext } = await running.event('$disconnect');
  return { code, reason, event: requestContext.disconnectStatusCode, why: requestContext.disconnectReason };
}

describe('with the limits of AWS,', () => {
  beforeEach(async () => {
    running = await Running.start({ functions: { $disconnect: ok, $default: ok } });
  });

  test('a binary frame closes the connection with 1003', async () => {
    expect(await closing((client) => client.send(Buffer.from('x')))).toMatchObject({ code: 1003, event: 1003 });
    expect(running.events.map(({ name }) => name)).not.toContain('$default');
  });

  test('a frame of 32 KB is accepted', async () => {
    const client = await running.connected();
    client.send('x'.repeat(32 * KIB));
    expect((await running.event('$default')).body).toHaveLength(32 * KIB);
  });

  test('a frame of more than 32 KB closes the connection with 1009', async () => {
    const closed = await closing((client) => client.send('x'.repeat(32 * KIB + 1)));
    expect(closed).toMatchObject({ code: 1009, event: 1009 });
    expect(running.events.map(({ name }) => name)).not.toContain('$default');
  });

  test('a message of 128 KB in fragments is accepted', async () => {
    const client = await running.connected();
    for (const fin of [false, false, false, true]) {
      client.send('x'.repeat(32 * KIB), { fin });
    }
    expect((await running.event('$default')).body).toHaveLength(128 * KIB);
  });

  test('a message of more than 128 KB in fragments closes the connection with 1009', async () => {
    const closed = await closing((client) => {
      for (const fin of [false, false, false, false, true]) {
        client.send('x'.repeat(fin ? 1 : 32 * KIB), { fin });
      }
    });
    expect(closed).toMatchObject({ code: 1009, event: 1009 });
  });

  test('text that is not UTF-8 closes the connection with 1007', async () => {
    const closed = await closing((client) => client.send(Buffer.from([0xff]), { binary: false }));
    expect(closed).toMatchObject({ code: 1007, event: 1007 });
  });
});

test('an idle connection closes with 1001, and the $disconnect event has the reason "Going away"', async () => {
  running = await Running.start({ functions: { $disconnect: ok }, limits: { idleMs: 30 } });
  expect(await closing(() => undefined)).toMatchObject({ code: 1001, event: 1001, why: 'Going away' });
});

test.each([
  ['message', 'send', 'message'],
  ['ping', 'ping', 'pong'],
] as const)('a connection that receives a %s is not idle', async (_what, send, answer) => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  running = await Running.start({
    functions: { $default: ({ body }) => ({ statusCode: 200, body }) },
    routes: [{ returnsResponse: true }],
    limits: { idleMs: 1000 },
  });
  const client = await running.connected();
  const closed = close(client);
  for (let exchange = 0; exchange < 3; exchange += 1) {
    jest.advanceTimersByTime(999);
    client[send]('x');
    const answered = once(client, answer).then(() => 'answered');
    expect(await Promise.race([answered, closed])).toBe('answered');
  }

  jest.advanceTimersByTime(1000);
  expect(await closed).toEqual([1001, 'Going away']);
});

test('a connection that reaches the maximum duration closes, even if it is busy', async () => {
  running = await Running.start({
    functions: { $default: ({ body }) => ({ statusCode: 200, body }) },
    routes: [{ returnsResponse: true }],
    limits: { durationMs: 100 },
  });
  const client = await running.connected();
  const closed = close(client);
  client.on('message', () => client.readyState === client.OPEN && client.send('x'));
  client.send('x');
  expect(await closed).toEqual([1001, 'Going away']);
});

test('a client that never answers the close frame is disconnected', async () => {
  running = await Running.start({ functions: { $disconnect: ok }, limits: { idleMs: 30, closeMs: 30 } });
  const client = await running.connected();
  client.pause();
  const { requestContext } = await running.event('$disconnect');
  expect(requestContext.disconnectStatusCode).toBe(1001);
  await running.drain();
});
