import { once } from 'node:events';
import { connect } from 'node:net';
import type { Wait } from '../../wait';
import { http, Running } from './running';

let running: Running;
afterEach(() => running.stop());

const ok = () => ({ statusCode: 200 });
const names = () => running.events.map(({ name }) => name);

/** Waits that end when `pass` is called, or when they are cancelled. */
class Waits {
  readonly pending: { readonly ms: number; readonly pass: () => void }[] = [];

  readonly wait: Wait = (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
      }
      signal.addEventListener('abort', () => resolve());
      this.pending.push({ ms, pass: resolve });
    });
}

/** A `$connect` that is running, and its client, which can leave. */
async function handshake(answer: Promise<unknown>, settings: Parameters<typeof Running.start>[0] = {}) {
  running = await Running.start({ functions: { $connect: () => answer, $disconnect: ok }, ...settings });
  const client = running.client();
  await running.event('$connect');
  return client;
}

test.each([200, 403])(
  '$disconnect begins before $connect has ended if the client leaves, and does not run again when $connect returns %d',
  async (statusCode) => {
    const answer = deferred();
    const client = await handshake(answer.promise);
    client.terminate();
    const { requestContext } = await running.event('$disconnect');
    expect(requestContext).toMatchObject({
      connectionId: (await running.event('$connect')).requestContext.connectionId,
      disconnectStatusCode: 1006,
    });
    answer.resolve({ statusCode });
    await running.drain();
    expect(names()).toEqual(['$connect', '$disconnect']);
  },
);

test('$disconnect begins before $connect has ended if the client closes its side of the socket in an orderly way', async () => {
  const answer = deferred();
  running = await Running.start({ functions: { $connect: () => answer.promise, $disconnect: ok } });
  const socket = connect(running.port, '127.0.0.1');
  socket.write(
    'GET /prod HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
  );
  await running.event('$connect');
  socket.end();
  await running.event('$disconnect');
  answer.resolve({ statusCode: 200 });
  await running.drain();
  expect(names()).toEqual(['$connect', '$disconnect']);
});

test('a client that stays gets its connection, and no $disconnect runs', async () => {
  const answer = deferred();
  const client = await handshake(answer.promise);
  await http(running.port, 'GET', '/');
  answer.resolve({ statusCode: 200 });
  await once(client, 'open');
  expect(names()).toEqual(['$connect']);
});

test('$disconnect runs after the delay, if there is one', async () => {
  const waits = new Waits();
  const client = await handshake(Promise.resolve({ statusCode: 200 }), { ...waits, disconnectDelaySeconds: 60 });
  await once(client, 'open');
  client.close();
  await running.until(() => waits.pending.length > 0);
  expect(names()).toEqual(['$connect']);
  expect(waits.pending.map(({ ms }) => ms)).toEqual([60_000]);
  waits.pending[0]?.pass();
  expect((await running.event('$disconnect')).requestContext.disconnectStatusCode).toBe(1005);
});

test('$disconnect runs after the delay for a client that left while $connect was running', async () => {
  const waits = new Waits();
  const answer = deferred();
  const client = await handshake(answer.promise, { ...waits, disconnectDelaySeconds: 60 });
  client.terminate();
  await running.until(() => waits.pending.length > 0);
  answer.resolve({ statusCode: 200 });
  await running.until(() => running.log.some(({ text }) => text.includes('$connect: 200')));
  expect(names()).toEqual(['$connect']);
  waits.pending[0]?.pass();
  await running.event('$disconnect');
});

test('a gateway that stops does not wait for the delay of $disconnect', async () => {
  const client = await handshake(Promise.resolve({ statusCode: 200 }), { ...new Waits(), disconnectDelaySeconds: 60 });
  await once(client, 'open');
  await running.drain();
  expect(names()).toEqual(['$connect', '$disconnect']);
});

test('$disconnect never runs if its delay is never, neither for an open connection nor for a client that left early', async () => {
  const answer = deferred();
  const early = await handshake(answer.promise, { disconnectDelaySeconds: 'never' });
  early.terminate();
  await running.until(() => running.log.some(({ text }) => text.endsWith('disconnected: 1006')));
  answer.resolve({ statusCode: 200 });
  (await running.connected()).close();
  await running.until(() => running.log.some(({ text }) => text.endsWith('disconnected: 1005')));
  await running.drain();
  expect(names()).toEqual(['$connect', '$connect']);
});

function deferred() {
  let resolve: (value: unknown) => void = () => undefined;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
