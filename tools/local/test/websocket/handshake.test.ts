import { once } from 'node:events';
import { frame, http, Running, timesOutAfter } from './running';

let running: Running;
afterEach(() => running.stop());

const connect = { routeKey: '$connect', functionName: '$connect' };
const ok = () => ({ statusCode: 200 });

/** @returns the body of a refusal, in the gateway's spacing */
function refusal(message: string) {
  return expect.stringMatching(
    new RegExp(`^{"message": "${message}", "connectionId":"[\\w-]{15}=", "requestId":"[\\w-]{15}="}$`),
  );
}

test('the 101 waits for $connect', async () => {
  const answer = deferred();
  running = await Running.start({ functions: { $connect: () => answer.promise } });
  const client = running.client();
  let open = false;
  client.on('open', () => {
    open = true;
  });
  await running.event('$connect');
  // A whole round trip by another way: an early 101 would have arrived.
  await http(running.port, 'GET', '/');
  expect(open).toBe(false);
  answer.resolve({ statusCode: 200 });
  await once(client, 'open');
  expect(running.events.map(({ name }) => name)).toEqual(['$connect']);
});

test.each([401, 403, 404, 500, 503, 301])('a status %d of $connect is the handshake’s', async (statusCode) => {
  running = await Running.start({ functions: { $connect: () => ({ statusCode }) } });
  expect((await running.refused()).status).toBe(statusCode);
});

test.each([200, 204, 299])('a status %d of $connect admits', async (statusCode) => {
  running = await Running.start({ functions: { $connect: () => ({ statusCode }) } });
  const client = await running.connected();
  expect(client.readyState).toBe(client.OPEN);
});

test('a $connect that throws is 502', async () => {
  running = await Running.start({
    functions: {
      $connect: () => {
        throw new Error('no');
      },
    },
  });
  expect(await running.refused()).toEqual({ status: 502, body: refusal('Internal server error') });
});

test.each([[null], ['text'], [{}], [{ statusCode: '200' }], [{ statusCode: 200, body: {} }]])(
  'a $connect that answers %j is 502: its response is malformed',
  async (payload) => {
    running = await Running.start({ functions: { $connect: () => payload } });
    expect((await running.refused()).status).toBe(502);
    expect(running.log.some(({ text }) => text.includes('Malformed Lambda proxy response'))).toBe(true);
  },
);

test('a $connect that does not answer within the integration’s timeout is 504', async () => {
  running = await Running.start({ invoke: timesOutAfter(50), routes: [{ ...connect, timeoutMs: 50 }] });
  expect((await running.refused()).status).toBe(504);
});

test('an API without $connect admits everybody', async () => {
  running = await Running.start();
  const client = await running.connected();
  expect(client.readyState).toBe(client.OPEN);
});

test('after a refusal there is no connection, so no $disconnect', async () => {
  running = await Running.start({ functions: { $connect: () => ({ statusCode: 403 }), $disconnect: ok } });
  await running.refused();
  await running.drain();
  expect(running.events.map(({ name }) => name)).toEqual(['$connect']);
});

test('a function that cannot be invoked is 502, and the log says why', async () => {
  running = await Running.start({ invoke: () => Promise.reject(new Error('no such function')), routes: [connect] });
  expect((await running.refused()).status).toBe(502);
  expect(running.log.some(({ text }) => text.includes('no such function'))).toBe(true);
});

test('a client that left while $connect ran is disconnected', async () => {
  const answer = deferred();
  running = await Running.start({ functions: { $connect: () => answer.promise, $disconnect: ok } });
  const client = running.client();
  await running.event('$connect');
  const closed = new Promise((resolve) => client.on('close', resolve));
  client.terminate();
  await closed;
  answer.resolve({ statusCode: 200 });
  const { requestContext } = await running.event('$disconnect');
  expect(requestContext.connectionId).toBe((await running.event('$connect')).requestContext.connectionId);
});

test.each(['Sec-WebSocket-Protocol', 'sec-websocket-protocol'])(
  'a subprotocol is chosen by the response’s %s',
  async (header) => {
    running = await Running.start({
      functions: { $connect: () => ({ statusCode: 200, headers: { [header]: 'two' } }) },
    });
    const client = await running.connected('/', {}, ['one', 'two']);
    expect(client.protocol).toBe('two');
  },
);

test('no subprotocol is chosen unless the response says so: a client that offered some gives up', async () => {
  running = await Running.start({ functions: { $connect: ok } });
  const client = running.client('/', {}, ['one']);
  const [error] = await once(client, 'error');
  expect(error.message).toBe('Server sent no subprotocol');
});

test('permessage-deflate is not negotiated', async () => {
  running = await Running.start();
  const client = await running.connected('/', { perMessageDeflate: true });
  expect(client.extensions).toBe('');
});

test('a plain GET is 426', async () => {
  running = await Running.start();
  expect((await http(running.port, 'GET', '/prod')).status).toBe(426);
});

test.each([
  ['a version that nobody speaks', { 'Sec-WebSocket-Version': '7' }],
  ['no key', { 'Sec-WebSocket-Key': '' }],
  ['another protocol', { Upgrade: 'h2c' }],
])('an upgrade with %s is 400, and $connect does not run', async (_what, headers) => {
  running = await Running.start({ functions: { $connect: ok } });
  const { status } = await http(running.port, 'GET', '/', {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  });
  expect(status).toBe(400);
  expect(running.events).toEqual([]);
});

test.each(['/dev', '/prod/more', '/production', '/more'])('path %s is 403', async (path) => {
  running = await Running.start();
  expect(await running.refused(path)).toEqual({ status: 403, body: refusal('Forbidden') });
});

test('a host that is not the API’s is 403', async () => {
  running = await Running.start();
  expect((await running.refused('/', { headers: { Host: 'evil.example.com' } })).status).toBe(403);
});

test('a URL of 4096 characters is served, one more is 414', async () => {
  running = await Running.start();
  const longest = `/?${'a'.repeat(4094)}`;
  await running.connected(longest);
  expect((await running.refused(`${longest}a`)).status).toBe(414);
});

test('what a client sends with its handshake’s last byte is not lost', async () => {
  running = await Running.start({
    functions: { $default: ({ body }) => ({ statusCode: 200, body }) },
    routes: [{ functionName: '$default', returnsResponse: true }],
  });
  const client = running.client();
  client.once('open', () => client.send('at once'));
  expect(await frame(client)).toBe('at once');
});

function deferred() {
  let resolve: (value: unknown) => void = () => undefined;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
