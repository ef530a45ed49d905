import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WebSocket, WebSocketServer } from 'ws';
import { ask, balancer, closeAll, connected, echo, raw, seen, target, until } from './balancer';

afterEach(closeAll);

test('method, path, query and body reach the target as they were sent', async () => {
  const lane = await balancer({ targets: [await echo()] });
  const { method, url, body } = seen(await ask(lane, { method: 'PUT', path: '/a%20b?c=%2F&d', body: 'hello' }));
  expect({ method, url, body }).toEqual({ method: 'PUT', url: '/a%20b?c=%2F&d', body: 'hello' });
});

test('headers of one connection do not pass on to the next', async () => {
  const lane = await balancer({ targets: [await echo()] });
  const { headers } = seen(
    await ask(lane, { headers: { 'Proxy-Authorization': 'x', TE: 'trailers', Expect: '100-continue' } }),
  );
  expect(headers).not.toHaveProperty('proxy-authorization');
  expect(headers).not.toHaveProperty('te');
  expect(headers).not.toHaveProperty('expect');
});

test('connections to a target are kept and used again', async () => {
  let connections = 0;
  const server = (await echo()).on('connection', () => {
    connections += 1;
  });
  const lane = await balancer({ targets: [server] });
  for (const _ of [1, 2, 3]) {
    await ask(lane, { method: 'POST' });
  }
  expect(connections).toBe(1);
});

test('an answer comes as it is made: its headers before its body, an event before the next', async () => {
  const steps: (() => void)[] = [];
  const lane = await balancer({
    targets: [
      await target((_, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
        steps.push(() => response.write('one'));
        steps.push(() => response.end('two'));
      }),
    ],
  });
  const asking = request({ port: lane.port, host: '127.0.0.1', agent: false }).end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  steps[0]?.();
  const [one] = await once(response, 'data');
  expect(String(one)).toBe('one');
  steps[1]?.();
  const [two] = await once(response, 'data');
  expect(String(two)).toBe('two');
});

test('a large upload passes through unchanged, and is never held as a whole', async () => {
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  const before = livingBytes();
  let most = 0;
  let parts = 0;
  const server = await target(async (upload, response) => {
    const hash = createHash('sha256');
    for await (const part of upload) {
      hash.update(part);
      parts += 1;
      if (parts % 100 === 0) {
        most = Math.max(most, livingBytes() - before);
      }
    }
    response.end(hash.digest('hex'));
  });
  const lane = await balancer({ targets: [server] });
  const asking = request({ method: 'POST', port: lane.port, host: '127.0.0.1', agent: false });
  Readable.from(Array.from({ length: 64 }, () => chunk)).pipe(asking);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  const expected = createHash('sha256');
  for (let n = 0; n < 64; n += 1) {
    expected.update(chunk);
  }
  expect(String(await response.setEncoding('utf8').toArray())).toBe(expected.digest('hex'));
  expect(parts).toBeGreaterThan(100);
  expect(most).toBeLessThan(24 * chunk.length);
});

/** Bytes in buffers that something still refers to. When others are freed differs between versions of Node.js. */
function livingBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().arrayBuffers;
}

test('an answer that comes before the body is complete ends the upload', async () => {
  const lane = await balancer({ targets: [await target((_, response) => response.writeHead(413).end('too large'))] });
  const { status, body } = await ask(lane, { method: 'POST', body: Buffer.alloc(5_000_000) });
  expect({ status, body }).toEqual({ status: 413, body: 'too large' });
});

test('an answer that the target breaks off is broken off for the client', async () => {
  const server = await target((_, response) => {
    response.writeHead(200, { 'Content-Length': '10' });
    response.write('half', () => response.destroy());
  });
  const lane = await balancer({ targets: [server] });
  const asking = request({ port: lane.port, host: '127.0.0.1', agent: false }).end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  response.resume();
  const [error] = await once(response, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

test('HEAD has the headers of GET and no body', async () => {
  const server = await target((_, response) => response.writeHead(200, { 'Content-Length': '5' }).end());
  const { headers, body } = await ask(await balancer({ targets: [server] }), { method: 'HEAD' });
  expect({ length: headers['content-length'], body }).toEqual({ length: '5', body: '' });
});

test("a client of HTTP/1.0 is served, by the load balancer's own name if it says none", async () => {
  const answer = await raw(await balancer({ targets: [await echo()] }), 'GET /old HTTP/1.0\r\n\r\n');
  expect(answer).toContain('"url":"/old"');
  expect(answer).toContain('"Host","b"');
});

test('a URL with scheme and host, as to a proxy, is met by its path', async () => {
  const health = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'path' } };
  const lane = await balancer({
    rules: [{ conditions: [{ Field: 'path-pattern', Values: ['/p'] }], actions: [health] }],
  });
  expect((await ask(lane, { path: 'http://api.localhost/p' })).body).toBe('path');
});

describe('WebSocket', () => {
  async function echoSockets(): Promise<Server> {
    const server = await target((_, response) => response.writeHead(426).end('upgrade'));
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)));
    return server;
  }

  test('passes through to an ip target, both ways', async () => {
    const lane = await balancer({ targets: [await echoSockets()] });
    const socket = new WebSocket(`ws://127.0.0.1:${lane.port}/ws`);
    await once(socket, 'open');
    socket.send('hello');
    const [data] = await once(socket, 'message');
    expect(String(data)).toBe('echo hello');
    socket.close(4000);
    expect((await once(socket, 'close'))[0]).toBe(4000);
    await until(() => lane.log.some(({ text }) => text.startsWith('GET /ws 101 ')));
  });

  test('that the target refuses gets the answer of the target', async () => {
    const lane = await balancer({ targets: [await target((_, response) => response.writeHead(403).end('no'))] });
    const socket = new WebSocket(`ws://127.0.0.1:${lane.port}`);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(403);
    expect(String(await response.setEncoding('utf8').toArray())).toBe('no');
  });

  test('that is silent for the idle timeout is closed', async () => {
    const lane = await balancer({
      attributes: { 'idle_timeout.timeout_seconds': '0.5' },
      targets: [await echoSockets()],
    });
    const socket = new WebSocket(`ws://127.0.0.1:${lane.port}`);
    expect((await once(socket, 'close'))[0]).toBe(1006);
  });

  test('counts as an open request of its target, and is cut after the deregistration delay', async () => {
    const server = await echoSockets();
    const lane = await balancer({ group: { attributes: { 'deregistration_delay.timeout_seconds': '0.05' } } });
    const registered = lane.group.register('127.0.0.1', (server.address() as import('node:net').AddressInfo).port);
    const socket = new WebSocket(`ws://127.0.0.1:${lane.port}`);
    await once(socket, 'open');
    expect(registered.outstanding).toBe(1);
    const closed = once(socket, 'close');
    await lane.group.deregister(registered);
    expect((await closed)[0]).toBe(1006);
    await until(() => registered.outstanding === 0);
  });

  test('another protocol is not switched to', async () => {
    const lane = await balancer({ targets: [await echo()] });
    const get = 'GET /h2 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n';
    expect(await raw(lane, `${get}\r\n`)).toMatch(/^HTTP\/1.1 200 [\s\S]*"url":"\/h2"/);
    expect(await raw(lane, `${get}Content-Length: 2\r\n\r\nhi`)).toMatch(/^HTTP\/1.1 400 /);
  });
});

test('on close an open request finishes, then its connection closes', async () => {
  let finish: () => void = () => undefined;
  const server = await target((_, response) => {
    finish = () => response.end('done');
  });
  const lane = await balancer({ targets: [server] });
  const asked = once(server, 'request');
  const answer = raw(lane, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await asked;
  const closed = lane.close(true);
  finish();
  expect(await answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*done/);
  await closed;
});

test('on close a new connection is refused', async () => {
  const lane = await balancer();
  await lane.close();
  await expect(connected(lane.port)).rejects.toThrow('ECONNREFUSED');
});
