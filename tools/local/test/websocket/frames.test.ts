import { once } from 'node:events';
import { type Event, frame, Running, timingOut } from './running';

let running: Running;
afterEach(() => running.stop());

/** @returns the answer to `sent` */
async function answerTo(sent: string): Promise<string> {
  const client = await running.connected();
  client.send(sent);
  return frame(client);
}

const echo = (name: string) => (event: Event) => ({
  statusCode: 200,
  body: `${name} ${event.requestContext.routeKey}`,
});

function routes(...keys: string[]) {
  return keys.map((routeKey) => ({ routeKey, functionArn: routeKey, returnsResponse: true }));
}

test('a frame selects the route that its action names, and other frames select $default', async () => {
  running = await Running.start({
    functions: { chat: echo('chat'), $default: echo('default') },
    routes: routes('chat', '$default'),
  });
  expect(await answerTo('{"action":"chat"}')).toBe('chat chat');
  expect(await answerTo('{"action":"Chat"}')).toBe('default $default');
  expect(await answerTo('no JSON')).toBe('default $default');
});

test('a frame cannot select $connect or $disconnect', async () => {
  running = await Running.start({
    functions: { $connect: echo('c'), $disconnect: echo('d'), $default: echo('default') },
    routes: routes('$connect', '$disconnect', '$default'),
  });
  expect(await answerTo('{"action":"$connect"}')).toBe('default $default');
  expect(await answerTo('{"action":"$disconnect"}')).toBe('default $default');
});

test('a frame that selects no route gets the Forbidden frame of AWS, byte for byte', async () => {
  running = await Running.start({ functions: { $connect: () => ({ statusCode: 200 }) } });
  const answer = await answerTo('{"action":"chat"}');
  const { connectionId } = (await running.event('$connect')).requestContext;
  const { requestId } = JSON.parse(answer);
  expect(answer).toBe(`{"message": "Forbidden", "connectionId":"${connectionId}", "requestId":"${requestId}"}`);
  expect(requestId).toMatch(/^[\w-]{15}=$/);
});

test('a handler that throws causes an Internal server error frame, and the connection stays open', async () => {
  running = await Running.start({
    functions: {
      $default: ({ body }) => {
        if (body === 'throw') {
          throw new Error('no');
        }
        return { statusCode: 200, body };
      },
    },
    routes: routes('$default'),
  });
  const client = await running.connected();
  client.send('throw');
  const { connectionId, requestId } = (await running.event('$default')).requestContext;
  expect(await frame(client)).toBe(
    `{"message": "Internal server error", "connectionId":"${connectionId}", "requestId":"${requestId}"}`,
  );
  client.send('again');
  expect(await frame(client)).toBe('again');
});

test("a handler that exceeds the integration's timeout causes an Internal server error frame", async () => {
  const timeouts: number[] = [];
  running = await Running.start({ invoke: timingOut(timeouts), routes: [{ timeoutMs: 50 }] });
  expect(JSON.parse(await answerTo('x')).message).toBe('Internal server error');
  expect(timeouts).toEqual([50]);
});

test('a malformed response causes an Internal server error frame, even on a route without a route response', async () => {
  running = await Running.start({ functions: { $default: () => undefined } });
  expect(JSON.parse(await answerTo('x')).message).toBe('Internal server error');
});

test('a route without a route response sends no answer', async () => {
  running = await Running.start({
    functions: { silent: echo('silent'), loud: echo('loud') },
    routes: [
      { routeKey: 'silent', functionArn: 'silent', returnsResponse: false },
      { routeKey: 'loud', functionArn: 'loud', returnsResponse: true },
    ],
  });
  const client = await running.connected();
  client.send('{"action":"silent"}');
  await running.until(() => running.log.some(({ text }) => text.includes('silent: 200')));
  client.send('{"action":"loud"}');
  expect(await frame(client)).toBe('loud loud');
});

test('an answer is sent regardless of its status, but not without a body', async () => {
  running = await Running.start({
    functions: { none: () => ({ statusCode: 200 }), bad: () => ({ statusCode: 500, body: 'bad' }) },
    routes: routes('none', 'bad'),
  });
  const client = await running.connected();
  client.send('{"action":"none"}');
  await running.until(() => running.log.some(({ text }) => text.includes('none: 200')));
  client.send('{"action":"bad"}');
  expect(await frame(client)).toBe('bad');
});

test('messages of a connection are handled concurrently', async () => {
  const waiting: (() => void)[] = [];
  running = await Running.start({
    functions: {
      $default: async () => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return { statusCode: 200 };
      },
    },
  });
  const client = await running.connected();
  client.send('1');
  client.send('2');
  await running.until(() => waiting.length === 2);
  expect(running.events.map(({ event }) => event.body)).toEqual(['1', '2']);
  for (const resolve of waiting) {
    resolve();
  }
});

test('a fragmented message arrives as one message', async () => {
  running = await Running.start({ functions: { $default: () => ({ statusCode: 200 }) } });
  const client = await running.connected();
  client.send('a', { fin: false });
  client.send('é', { fin: false });
  client.send('c', { fin: true });
  expect((await running.event('$default')).body).toBe('aéc');
});

test('the gateway answers a ping without invoking a function', async () => {
  running = await Running.start({ functions: { $default: () => ({ statusCode: 200 }) } });
  const client = await running.connected();
  client.ping('hi');
  const [data] = await once(client, 'pong');
  expect(data.toString()).toBe('hi');
  expect(running.events).toEqual([]);
});

test('an answer of more than 128 KB is not sent, and an error is logged', async () => {
  running = await Running.start({
    functions: { $default: () => ({ statusCode: 200, body: 'x'.repeat(131_073) }), ok: echo('ok') },
    routes: routes('$default', 'ok'),
  });
  const client = await running.connected();
  client.send('x');
  await running.until(() => running.log.some(({ level, text }) => level === 'error' && text.includes('131072')));
  client.send('{"action":"ok"}');
  expect(await frame(client)).toBe('ok ok');
});

test('an answer to a client that reads too slowly is lost, and a warning is logged', async () => {
  running = await Running.start({
    functions: { $default: ({ body }) => ({ statusCode: 200, body }) },
    routes: routes('$default'),
    limits: { sendBufferBytes: 0 },
  });
  const client = await running.connected();
  const received: unknown[] = [];
  client.on('message', (data) => received.push(data));
  client.send('x');
  const warning = () => running.log.find(({ level }) => level === 'warn');
  await running.until(() => warning() !== undefined);
  expect(warning()?.text).toContain('too slowly');
  // An answer that had been sent would arrive before the pong.
  client.ping();
  await once(client, 'pong');
  expect(received).toEqual([]);
});
