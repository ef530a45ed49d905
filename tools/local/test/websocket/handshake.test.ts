import { once } from 'node:events';
import { frame, http, Running, timingOut } from './running';

let running: Running;
afterEach(() => running.stop());

const connect = { routeKey: '$connect', functionArn: '$connect' };
const ok = () => ({ statusCode: 200 });

/** @returns the body of a rejected handshake, with the spacing of API Gateway */
function rejection(message: string) {
  return expect.stringMatching(
    new RegExp(`^{"message": "${message}", "connectionId":"[\\w-]{15}=", "requestId":"[\\w-]{15}="}$`),
  );
}

test('the 101 response waits for $connect', async () => {
  const answer = deferred();
  running = await Running.start({ functions: { $connect: () => answer.promise } });
  const client = running.client();
  let open = false;
  client.on('open', () => {
    open = true;
  });
  await running.event('$connect');
  // A full round trip on another connection: an early 101 would have arrived.
  await http(running.port, 'GET', '/');
  expect(open).toBe(false);
  answer.resolve({ statusCode: 200 });
  await once(client, 'open');
  expect(running.events.map(({ name }) => name)).toEqual(['$connect']);
});

test.each([401, 403, 404, 500, 503, 301])(
  'a status %d of $connect becomes the status of the handshake',
  async (statusCode) => {
    running = await Running.start({ functions: { $connect: () => ({ statusCode }) } });
    expect((await running.refused()).status).toBe(statusCode);
  },
);

test.each([200, 204, 299])('a status %d of $connect admits the client', async (statusCode) => {
  running = await Running.start({ functions: { $connect: () => ({ statusCode }) } });
  const client = await running.connected();
  expect(client.readyState).toBe(client.OPEN);
});

test('a $connect that throws causes status 502', async () => {
  running = await Running.start({
    functions: {
      $connect: () => {
        throw new Error('no');
      },
    },
  });
  expect(await running.refused()).toEqual({ status: 502, body: rejection('Internal server error') });
});

test.each([[null], ['text'], [{}], [{ statusCode: '200' }], [{ statusCode: 200, body: {} }]])(
  'a $connect that returns the malformed response %j causes status 502',
  async (payload) => {
    running = await Running.start({ functions: { $connect: () => payload } });
    expect((await running.refused()).status).toBe(502);
    expect(running.log.some(({ text }) => text.includes('Malformed Lambda proxy response'))).toBe(true);
  },
);

test("a $connect that exceeds the integration's timeout causes status 504", async () => {
  const timeouts: number[] = [];
  running = await Running.start({ invoke: timingOut(timeouts), routes: [{ ...connect, timeoutMs: 50 }] });
  expect((await running.refused()).status).toBe(504);
  expect(timeouts).toEqual([50]);
});

test('an API without $connect admits every client', async () => {
  running = await Running.start();
  const client = await running.connected();
  expect(client.readyState).toBe(client.OPEN);
});

test('a rejected handshake opens no connection, so $disconnect does not run', async () => {
  running = await Running.start({ functions: { $connect: () => ({ statusCode: 403 }), $disconnect: ok } });
  await running.refused();
  await running.drain();
  expect(running.events.map(({ name }) => name)).toEqual(['$connect']);
});

test('a function that cannot be invoked causes status 502, and the log has the reason', async () => {
  running = await Running.start({ invoke: () => Promise.reject(new Error('no such function')), routes: [connect] });
  expect((await running.refused()).status).toBe(502);
  expect(running.log.some(({ text }) => text.includes('no such function'))).toBe(true);
});

test.each(['Sec-WebSocket-Protocol', 'sec-websocket-protocol'])(
  'the header %s of the response selects the subprotocol',
  async (header) => {
    running = await Running.start({
      functions: { $connect: () => ({ statusCode: 200, headers: { [header]: 'two' } }) },
    });
    const client = await running.connected('/', {}, ['one', 'two']);
    expect(client.protocol).toBe('two');
  },
);

test('no subprotocol is selected unless the response names one, so a client that offered one gives up', async () => {
  running = await Running.start({ functions: { $connect: ok } });
  const client = running.client('/', {}, ['one']);
  const [error] = await once(client, 'error');
  expect(error.message).toBe('Server sent no subprotocol');
  expect(running.log.some(({ text }) => text.includes('Sec-WebSocket-Protocol of the response of $connect'))).toBe(
    true,
  );
});

test('permessage-deflate is not negotiated', async () => {
  running = await Running.start();
  const client = await running.connected('/', { perMessageDeflate: true });
  expect(client.extensions).toBe('');
});

test('a plain GET gets status 426', async () => {
  running = await Running.start();
  expect((await http(running.port, 'GET', '/prod')).status).toBe(426);
});

test.each([
  ['an unsupported version', { 'Sec-WebSocket-Version': '7' }],
  ['no key', { 'Sec-WebSocket-Key': '' }],
  ['another protocol', { Upgrade: 'h2c' }],
])('an upgrade with %s gets status 400, and $connect does not run', async (_what, headers) => {
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

test.each(['/dev', '/prod/more', '/production', '/more'])(
  'a handshake at the path %s gets status 403',
  async (path) => {
    running = await Running.start();
    expect(await running.refused(path)).toEqual({ status: 403, body: rejection('Forbidden') });
  },
);

test('a handshake for an unknown host gets status 403', async () => {
  running = await Running.start();
  expect((await running.refused('/', { headers: { Host: 'evil.example.com' } })).status).toBe(403);
});

test('a URL of 4096 characters is accepted, and a longer one gets status 414', async () => {
  running = await Running.start();
  const longest = `/?${'a'.repeat(4094)}`;
  await running.connected(longest);
  expect((await running.refused(`${longest}a`)).status).toBe(414);
});

test('a frame that a client sends immediately after the handshake is not lost', async () => {
  running = await Running.start({
    functions: { $default: ({ body }) => ({ statusCode: 200, body }) },
    routes: [{ functionArn: '$default', returnsResponse: true }],
  });
  const client = running.client();
  client.once('open', () => client.send('immediately'));
  expect(await frame(client)).toBe('immediately');
});

function deferred() {
  let resolve: (value: unknown) => void = () => undefined;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
