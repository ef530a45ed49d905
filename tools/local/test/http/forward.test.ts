import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WebSocket, WebSocketServer } from 'ws';
import { balancer, closeAll, connected, echo, portOf, raw, seen, send, target, until } from './balancer';

afterEach(closeAll);

test('the load balancer forwards method, path, query and body unchanged', async () => {
  const alb = await balancer({ targets: [await echo()] });
  const { method, url, body } = seen(await send(alb, { method: 'PUT', path: '/a%20b?c=%2F&d', body: 'hello' }));
  expect({ method, url, body }).toEqual({ method: 'PUT', url: '/a%20b?c=%2F&d', body: 'hello' });
});

test('the load balancer does not forward hop-by-hop headers', async () => {
  const alb = await balancer({ targets: [await echo()] });
  const { headers } = seen(
    await send(alb, { headers: { 'Proxy-Authorization': 'x', TE: 'trailers', Expect: '100-continue' } }),
  );
  expect(headers).not.toHaveProperty('proxy-authorization');
  expect(headers).not.toHaveProperty('te');
  expect(headers).not.toHaveProperty('expect');
});

test('the load balancer reuses connections to a target', async () => {
  let connections = 0;
  const server = (await echo()).on('connection', () => {
    connections += 1;
  });
  const alb = await balancer({ targets: [server] });
  for (const _ of [1, 2, 3]) {
    await send(alb, { method: 'POST' });
  }
  expect(connections).toBe(1);
});

test('the load balancer streams a response: its headers before its body, and each event before the next', async () => {
  const steps: (() => void)[] = [];
  const alb = await balancer({
    targets: [
      await target((_, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
        steps.push(() => response.write('one'));
        steps.push(() => response.end('two'));
      }),
    ],
  });
  const outgoing = request({ port: alb.port, host: '127.0.0.1', agent: false }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  steps[0]?.();
  const [one] = await once(response, 'data');
  expect(String(one)).toBe('one');
  steps[1]?.();
  const [two] = await once(response, 'data');
  expect(String(two)).toBe('two');
});

test('the load balancer forwards a large upload unchanged, and never holds all of it', async () => {
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  const before = referencedBytes();
  let most = 0;
  let parts = 0;
  let bytes = 0;
  const server = await target(async (upload, response) => {
    const hash = createHash('sha256');
    for await (const part of upload) {
      hash.update(part);
      parts += 1;
      bytes += part.length;
      // Rarely: each look collects the garbage of all tests of this process, which takes up to seconds on a loaded machine.
      if (bytes >= 16 * chunk.length) {
        bytes = 0;
        most = Math.max(most, referencedBytes() - before);
      }
    }
    response.end(hash.digest('hex'));
  });
  const alb = await balancer({ targets: [server] });
  const outgoing = request({ method: 'POST', port: alb.port, host: '127.0.0.1', agent: false });
  Readable.from(Array.from({ length: 64 }, () => chunk)).pipe(outgoing);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const expected = createHash('sha256');
  for (let n = 0; n < 64; n += 1) {
    expected.update(chunk);
  }
  expect(String(await response.setEncoding('utf8').toArray())).toBe(expected.digest('hex'));
  expect(parts).toBeGreaterThan(100);
  expect(most).toBeLessThan(24 * chunk.length);
}, 120_000);

/** Bytes in buffers that are still referenced. Versions of Node.js differ in when they free other buffers. */
function referencedBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().arrayBuffers;
}

test('a response that arrives before the request body is complete ends the upload', async () => {
  const alb = await balancer({ targets: [await target((_, response) => response.writeHead(413).end('too large'))] });
  const { status, body } = await send(alb, { method: 'POST', body: Buffer.alloc(5_000_000) });
  expect({ status, body }).toEqual({ status: 413, body: 'too large' });
});

test('a response that the target aborts is aborted for the client', async () => {
  const server = await target((_, response) => {
    response.writeHead(200, { 'Content-Length': '10' });
    response.write('half', () => response.destroy());
  });
  const alb = await balancer({ targets: [server] });
  const outgoing = request({ port: alb.port, host: '127.0.0.1', agent: false }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
  const [error] = await once(response, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

test('the response to HEAD has the headers of GET and no body', async () => {
  const server = await target((_, response) => response.writeHead(200, { 'Content-Length': '5' }).end());
  const { headers, body } = await send(await balancer({ targets: [server] }), { method: 'HEAD' });
  expect({ length: headers['content-length'], body }).toEqual({ length: '5', body: '' });
});

test('the load balancer forwards an HTTP/1.0 request, with its own DNS name as host if there is none', async () => {
  const answer = await raw(await balancer({ targets: [await echo()] }), 'GET /old HTTP/1.0\r\n\r\n');
  expect(answer).toContain('"url":"/old"');
  expect(answer).toContain('"Host","b"');
});

test('a request URL with scheme and host, as for a proxy, is matched by its path', async () => {
  const health = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'path' } };
  const alb = await balancer({
    rules: [{ conditions: [{ Field: 'path-pattern', Values: ['/p'] }], actions: [health] }],
  });
  expect((await send(alb, { path: 'http://api.localhost/p' })).body).toBe('path');
});

describe('a WebSocket', () => {
  async function echoSockets(): Promise<Server> {
    const server = await target((_, response) => response.writeHead(426).end('upgrade'));
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)));
    return server;
  }

  test('passes through to an ip target in both directions', async () => {
    const alb = await balancer({ targets: [await echoSockets()] });
    const socket = new WebSocket(`ws://127.0.0.1:${alb.port}/ws`);
    await once(socket, 'open');
    socket.send('hello');
    const [data] = await once(socket, 'message');
    expect(String(data)).toBe('echo hello');
    socket.close(4000);
    expect((await once(socket, 'close'))[0]).toBe(4000);
    await until(() => alb.log.some(({ text }) => text.startsWith('GET /ws 101 ')));
  });

  test('that the target rejects gets the response of the target', async () => {
    const alb = await balancer({ targets: [await target((_, response) => response.writeHead(403).end('no'))] });
    const socket = new WebSocket(`ws://127.0.0.1:${alb.port}`);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(403);
    expect(String(await response.setEncoding('utf8').toArray())).toBe('no');
  });

  test('that sends nothing for the idle timeout is closed', async () => {
    const alb = await balancer({
      attributes: { 'idle_timeout.timeout_seconds': '0.5' },
      targets: [await echoSockets()],
    });
    const socket = new WebSocket(`ws://127.0.0.1:${alb.port}`);
    expect((await once(socket, 'close'))[0]).toBe(1006);
  });

  async function registered(delaySeconds: string) {
    const server = await echoSockets();
    const alb = await balancer({
      attributes: { 'idle_timeout.timeout_seconds': '4000' },
      group: { attributes: { 'deregistration_delay.timeout_seconds': delaySeconds } },
    });
    const only = alb.group.register('127.0.0.1', portOf(server));
    const socket = new WebSocket(`ws://127.0.0.1:${alb.port}`);
    await once(socket, 'open');
    return { alb, only, socket };
  }

  async function echoes(socket: WebSocket): Promise<void> {
    socket.send('hello');
    expect(String((await once(socket, 'message'))[0])).toBe('echo hello');
  }

  test('counts as an open request of its target, and stays open after the deregistration delay', async () => {
    const { alb, only, socket } = await registered('0.05');
    expect(only.outstanding).toBe(1);
    await alb.group.deregister(only);
    await echoes(socket);
    socket.close();
    await until(() => only.outstanding === 0);
  });

  test('delays the deregistration of its target until it closes', async () => {
    const { alb, only, socket } = await registered('3600');
    const ended = jest.fn();
    const deregistered = alb.group.deregister(only).then(ended);
    await echoes(socket);
    expect(ended).not.toHaveBeenCalled();
    socket.close();
    await deregistered;
  });

  test('whose handshake ends after its target was deregistered does not delay the stop of the app', async () => {
    const accepted: (() => void)[] = [];
    const server = await target(() => undefined);
    server.on('upgrade', (_, connection) => {
      connection.resume().once('end', () => connection.end());
      accepted.push(() =>
        connection.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
      );
    });
    const alb = await balancer({ group: { attributes: { 'deregistration_delay.timeout_seconds': '3600' } } });
    const only = alb.group.register('127.0.0.1', portOf(server));
    const client = await connected(alb.port);
    client.write('GET / HTTP/1.1\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await until(() => accepted.length > 0);
    const deregistered = alb.group.deregister(only, 3_600_000);
    accepted[0]?.();
    await deregistered;
    expect(only.outstanding).toBe(1);
    client.destroy();
  });

  test('does not delay the deregistration of its target when the app stops', async () => {
    const { alb, only, socket } = await registered('3600');
    await alb.group.deregister(only, 3_600_000);
    await echoes(socket);
  });

  test('is closed when the load balancer closes', async () => {
    const { alb, socket } = await registered('1');
    const closed = once(socket, 'close');
    await alb.close();
    expect((await closed)[0]).toBe(1006);
  });

  test('is the only protocol for which the load balancer accepts an upgrade', async () => {
    const alb = await balancer({ targets: [await echo()] });
    const get = 'GET /h2 HTTP/1.1\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n';
    expect(await raw(alb, `${get}\r\n`)).toMatch(/^HTTP\/1.1 200 [\s\S]*"url":"\/h2"/);
    expect(await raw(alb, `${get}Content-Length: 2\r\n\r\nhi`)).toMatch(/^HTTP\/1.1 400 /);
  });
});

test('the load balancer finishes an open request when it closes, then closes the connection', async () => {
  let finish: () => void = () => undefined;
  const server = await target((_, response) => {
    finish = () => response.end('done');
  });
  const alb = await balancer({ targets: [server] });
  const received = once(server, 'request');
  const answer = raw(alb, 'GET / HTTP/1.1\r\nHost: b\r\n\r\n');
  await received;
  const closed = alb.close(true);
  finish();
  expect(await answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*done/);
  await closed;
});

test('the load balancer refuses a new connection after it is closed', async () => {
  const alb = await balancer();
  await alb.close();
  await expect(connected(alb.port)).rejects.toThrow('ECONNREFUSED');
});
