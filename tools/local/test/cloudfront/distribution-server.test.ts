import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { BucketFiles } from '../../cloudfront/bucket-files';
import { Origin } from '../../cloudfront/origin';
import { emptyDirectory } from '../assembly/assembly-directory';
import { closeAll, echo, portOf, raw, target, until } from '../http/balancer';
import { ask, closeEdges, edge } from './edge';
import { PLACE } from '../place';

const webSocketServers: WebSocketServer[] = [];
const tcpServers: Server[] = [];

afterEach(async () => {
  for (const server of webSocketServers.splice(0)) {
    for (const client of server.clients) {
      client.terminate();
    }
  }
  await closeEdges();
  await closeAll();
  for (const server of tcpServers.splice(0)) {
    server.close();
  }
});

/** Starts an origin for WebSockets. @returns its port, and its sockets */
async function socketOrigin(): Promise<{ port: number; sockets: WebSocketServer }> {
  const http = await target((_, response) => response.end('not upgraded'));
  const sockets = new WebSocketServer({ server: http });
  webSocketServers.push(sockets);
  return { port: portOf(http), sockets };
}

/** Opens a WebSocket at the distribution, with the connection of the origin. */
async function opened({ port, sockets }: Awaited<ReturnType<typeof socketOrigin>>): Promise<{
  client: WebSocket;
  atOrigin: WebSocket;
  handshake: IncomingMessage;
}> {
  const { port: edgePort } = await edge({ port, origin: { headers: { 'x-origin-secret': 'secret' } } });
  const connection = once(sockets, 'connection');
  const client = new WebSocket(`ws://127.0.0.1:${edgePort}/socket?a=b`, ['chat'], {
    headers: { 'x-origin-secret': 'guess' },
  });
  client.on('error', () => undefined);
  const [[atOrigin, handshake]] = await Promise.all([connection, once(client, 'open')]);
  return { client, atOrigin, handshake };
}

test('the origin receives method, path, query and body, with its own Host and the header of the distribution', async () => {
  const distribution = await edge({
    port: portOf(await echo()),
    origin: { domainName: 'api.example.com', headers: { 'X-Origin-Secret': 'secret' } },
  });
  const { body } = await ask(distribution, {
    method: 'POST',
    path: '/v1/a%20b?c=%2F',
    headers: { 'x-origin-secret': 'guess', cookie: 'a=b' },
    body: 'hello',
  });
  const received = JSON.parse(body);
  expect(received).toMatchObject({ method: 'POST', url: '/v1/a%20b?c=%2F', body: 'hello' });
  expect(received.headers).toEqual(expect.arrayContaining(['api.example.com', 'secret', 'a=b']));
  expect(received.headers).not.toContain('guess');
});

test('a response is streamed, one part at a time', async () => {
  const steps: (() => void)[] = [];
  const origin = await target((_, response) => {
    response.writeHead(200).flushHeaders();
    steps.push(() => response.write('one'));
    steps.push(() => response.end('two'));
  });
  const { port } = await edge({ port: portOf(origin) });
  const outgoing = request({ port, host: '127.0.0.1', agent: false }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  steps[0]?.();
  expect(String((await once(response, 'data'))[0])).toBe('one');
  steps[1]?.();
  expect(String((await once(response, 'data'))[0])).toBe('two');
});

test('a request body is streamed, one part at a time', async () => {
  const parts: string[] = [];
  let next = (): void => undefined;
  const origin = await target((received, response) => {
    received.on('data', (part) => {
      parts.push(String(part));
      next();
    });
    received.on('end', () => response.end());
  });
  const { port } = await edge({ port: portOf(origin) });
  const outgoing = request({ port, host: '127.0.0.1', agent: false, method: 'POST' });
  for (const part of ['one', 'two']) {
    const arrived = new Promise<void>((resolve) => {
      next = resolve;
    });
    outgoing.write(part);
    await arrived;
  }
  expect(parts).toEqual(['one', 'two']);
  outgoing.end();
  await once(outgoing, 'response');
});

test('a method that the behavior does not allow is refused with 403, and does not reach the origin', async () => {
  const received = jest.fn();
  const origin = await target((_, response) => {
    received();
    response.end();
  });
  const distribution = await edge({ port: portOf(origin), behavior: { methods: ['GET', 'HEAD'] } });
  expect(await ask(distribution, { method: 'POST' })).toMatchObject({
    status: 403,
    headers: { server: 'CloudFront', 'x-cache': 'Error from cloudfront' },
  });
  expect(received).not.toHaveBeenCalled();
  expect((await ask(distribution)).status).toBe(200);
});

test('a GET request with a body is refused with 403', async () => {
  const distribution = await edge({ port: portOf(await echo()) });
  expect((await ask(distribution, { method: 'GET', headers: { 'content-length': '1' }, body: 'x' })).status).toBe(403);
});

test('a URL of more than 8192 bytes, and headers of more than 20480 bytes, are refused with 413', async () => {
  const distribution = await edge({ port: portOf(await echo()) });
  expect((await ask(distribution, { path: `/${'a'.repeat(8191)}` })).status).toBe(200);
  expect((await ask(distribution, { path: `/${'a'.repeat(8192)}` })).status).toBe(413);
  expect((await ask(distribution, { headers: { 'x-long': 'a'.repeat(20_480) } })).status).toBe(413);
});

test('bytes that are no request are answered with 400', async () => {
  expect(await raw(await edge({ port: portOf(await echo()) }), 'no request\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
});

test('a Host of another site is refused with 403, and names of this machine and of the distribution are not', async () => {
  const distribution = await edge({ port: portOf(await echo()) });
  const status = async (host: string) => (await ask(distribution, { headers: { host } })).status;
  expect(await status('evil.example.org')).toBe(403);
  expect(await status('app.localhost:4510')).toBe(200);
  expect(await status('app.example.com')).toBe(200);
  expect(await status('d1.cloudfront.net')).toBe(200);
});

test('an origin that refuses connections is answered with 502', async () => {
  const unused = createServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  const port = portOf(unused as never);
  unused.close();
  await once(unused, 'close');
  const distribution = await edge({ port });
  expect((await ask(distribution)).status).toBe(502);
  expect(distribution.log).toMatchObject([{ level: 'warn', text: expect.stringMatching(/^GET \/ 502: /) }]);
});

test('an origin that is outside the assembly is answered with 502', async () => {
  const distribution = await edge({ port: 0, behavior: { originId: 'Missing' } });
  expect((await ask(distribution)).status).toBe(502);
});

test('an origin that does not respond in its read timeout is answered with 504', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  tcpServers.push(silent);
  await once(silent, 'listening');
  const distribution = await edge({ port: portOf(silent as never), origin: { readTimeoutSeconds: 0.05 } });
  expect((await ask(distribution)).status).toBe(504);
});

test('a response that stops for longer than the read timeout is aborted', async () => {
  const origin = await target((_, response) => response.writeHead(200, { 'content-length': '9' }).write('begin'));
  const distribution = await edge({ port: portOf(origin), origin: { readTimeoutSeconds: 1 } });
  await expect(ask(distribution)).rejects.toThrow('aborted');
});

test('a WebSocket is carried in both directions, with subprotocol, path, query and the header of the distribution', async () => {
  const { client, atOrigin, handshake } = await opened(await socketOrigin());
  expect(client.protocol).toBe('chat');
  expect(handshake.url).toBe('/socket?a=b');
  expect(handshake.headers).toMatchObject({ host: 'ws.example.com', 'x-origin-secret': 'secret' });
  const toOrigin = once(atOrigin, 'message');
  client.send('up');
  expect(String((await toOrigin)[0])).toBe('up');
  const toClient = once(client, 'message');
  atOrigin.send('down');
  expect(String((await toClient)[0])).toBe('down');
  const closed = once(client, 'close');
  atOrigin.close(1001);
  expect((await closed)[0]).toBe(1001);
});

test('a handshake that the origin refuses has the status of the origin', async () => {
  const origin = await target((_, response) => response.end());
  origin.on('upgrade', (_, socket) => socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'));
  const { port } = await edge({ port: portOf(origin) });
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  client.on('error', () => undefined);
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(response.statusCode).toBe(401);
  client.terminate();
});

test('if the behavior does not forward headers, a handshake reaches the origin as an ordinary request', async () => {
  const { port } = await socketOrigin();
  const { port: edgePort } = await edge({ port, behavior: { forwards: 'nothing' } });
  const client = new WebSocket(`ws://127.0.0.1:${edgePort}`);
  client.on('error', () => undefined);
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(response.statusCode).toBe(200);
  client.terminate();
});

test('a distribution that closes ends WebSockets and connections after its limit', async () => {
  const origin = await socketOrigin();
  const { port } = origin;
  const distribution = await edge({ port });
  const client = new WebSocket(`ws://127.0.0.1:${distribution.port}`);
  client.on('error', () => undefined);
  await once(client, 'open');
  const idle = connect(distribution.port, '127.0.0.1');
  idle.on('error', () => undefined);
  await once(idle, 'connect');
  const closed = [once(client, 'close'), once(idle, 'close')];
  await distribution.close(0);
  await Promise.all(closed);
});

test('a distribution that closes lets an open request finish', async () => {
  const pending: ServerResponse[] = [];
  const origin = await target((_, response) => void pending.push(response));
  const distribution = await edge({ port: portOf(origin) });
  const answer = ask(distribution);
  await until(() => pending.length > 0);
  const closing = distribution.close(60_000);
  pending[0]?.end('done');
  expect(await answer).toMatchObject({ status: 200, body: 'done' });
  await closing;
});

describe('a distribution with files of a bucket', () => {
  function bucket(text = '<h1>hello</h1>'): { files: BucketFiles } {
    const directory = emptyDirectory();
    writeFileSync(join(directory, 'index.html'), text);
    return {
      files: new BucketFiles({
        ...{ ...PLACE, logicalId: 'Bucket', name: 'bucket', arn: 'arn:aws:s3:::bucket' },
        allowsCloudFront: ['s3:GetObject'],
        deployments: [{ directory, prefix: '', metadata: {} }],
      }),
    };
  }

  const page = () =>
    edge({
      server: bucket(),
      behavior: {
        methods: ['GET', 'HEAD'],
        responseHeaders: {
          set: [{ name: 'Content-Security-Policy', value: 'connect-src wss://app.example.com', override: true }],
          remove: [],
        },
      },
      distribution: { defaultRootObject: 'index.html' },
    });

  it('serves the default root object for / only', async () => {
    const distribution = await page();
    expect(await ask(distribution)).toMatchObject({ status: 200, body: '<h1>hello</h1>' });
    expect(await ask(distribution, { path: '/?a=b' })).toMatchObject({ status: 200 });
    expect(await ask(distribution, { path: '/folder/' })).toMatchObject({ status: 403 });
  });

  it('adds the headers of the policy, with the local URLs of the app', async () => {
    const { headers } = await ask(await page());
    expect(headers['content-security-policy']).toBe('connect-src ws://app.localhost');
    expect(headers.server).toBe('AmazonS3');
  });

  it('answers HEAD without a body, and a current ETag with 304', async () => {
    const distribution = await page();
    const { headers, body } = await ask(distribution, { method: 'HEAD' });
    expect({ length: headers['content-length'], body }).toEqual({ length: '14', body: '' });
    const current = await ask(distribution, { headers: { 'if-none-match': headers.etag ?? '' } });
    expect(current).toMatchObject({ status: 304, body: '' });
  });

  it('does not answer a handshake with 101', async () => {
    const { port } = await page();
    const client = new WebSocket(`ws://127.0.0.1:${port}/`);
    client.on('error', () => undefined);
    const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.statusCode).toBe(200);
    client.terminate();
  });
});

test('a server in place of a bucket receives the Host, query and headers of the viewer, and sends headers of its own', async () => {
  const server = { page: new Origin('127.0.0.1', portOf(await echo()), 5000) };
  const distribution = await edge({
    server,
    behavior: {
      methods: ['GET', 'HEAD'],
      forwards: 'nothing',
      responseHeaders: { set: [{ name: 'X-Frame-Options', value: 'DENY', override: true }], remove: [] },
    },
    distribution: { defaultRootObject: 'index.html' },
  });
  const headers = { host: 'app.localhost:4510', cookie: 'a=b' };
  const { body, headers: sent } = await ask(distribution, { path: '/token?subject=alice', headers });
  expect(JSON.parse(body)).toMatchObject({ url: '/token?subject=alice' });
  expect(JSON.parse(body).headers).toEqual(expect.arrayContaining(['app.localhost:4510', 'a=b']));
  expect(sent).not.toHaveProperty('x-frame-options');
  expect(JSON.parse((await ask(distribution, { headers })).body).url).toBe('/index.html');
  expect((await ask(distribution, { method: 'POST', headers })).status).toBe(403);
  server.page.close();
});
