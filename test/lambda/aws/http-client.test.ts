import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { HttpClient } from '../../../lambda/aws/http-client';
import { Unanswered } from '../../../lambda/aws/http-connection';
import { MalformedResponse } from '../../../lambda/aws/response-head';
import { CERTIFICATE, type RawServer, serveRaw } from '../../support/embedded/raw-server';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

let server: RawServer;
let answer: (socket: Socket, request: string) => void;

beforeEach(async () => {
  answer = (socket) => socket.write(OK);
  server = await serveRaw((socket, request) => answer(socket, request));
});
afterEach(() => server.close());

const open = (options: { connections?: number; connect?: number; answer?: number } = {}) =>
  new HttpClient({
    origin: new URL(`http://127.0.0.1:${server.port}`),
    connections: options.connections ?? 2,
    timeouts: { connect: options.connect ?? 1000, answer: options.answer ?? 1000 },
  });
const post = (client: HttpClient, body = 'hi') =>
  client.post('/path', { host: 'here', 'content-length': String(Buffer.byteLength(body)) }, body);

it('the HTTP client sends a request unchanged, and returns the response with any status', async () => {
  answer = (socket) => socket.write('HTTP/1.1 410 Gone\r\ncontent-length: 1\r\n\r\nx');
  expect(await post(open(), 'naïve 🌍')).toMatchObject({ status: 410, body: Buffer.from('x') });
  expect(server.requests).toEqual(['POST /path HTTP/1.1\r\nhost: here\r\ncontent-length: 11\r\n\r\nnaïve 🌍']);
});

it('the HTTP client sends consecutive requests over one connection', async () => {
  const client = open();
  for (const body of ['a', 'b', 'c']) {
    await post(client, body);
  }
  expect(server.sockets).toHaveLength(1);
});

it('the HTTP client opens at most the configured number of connections, and further requests wait in order', async () => {
  const waiting: Socket[] = [];
  answer = (socket) => {
    waiting.push(socket);
    if (server.requests.length % 2 === 0) {
      for (const each of waiting.splice(0)) {
        each.write(OK);
      }
    }
  };
  const client = open({ connections: 2 });
  await Promise.all(['1', '2', '3', '4', '5', '6'].map((body) => post(client, body)));
  expect(server.sockets).toHaveLength(2);
  expect(
    server.requests
      .map((request) => request.at(-1))
      .slice(2, 4)
      .sort(),
  ).toEqual(['3', '4']);
});

it('the HTTP client keeps to its number of connections while requests that waited are replaced by others', async () => {
  const waiting: Socket[] = [];
  let received = () => undefined as void;
  answer = (socket) => {
    waiting.push(socket);
    received();
  };
  const client = open({ connections: 1 });
  const arrival = () => new Promise<void>((resolve) => (received = resolve));
  const all: Promise<unknown>[] = [post(client, '1'), post(client, '2')];
  await arrival();
  for (const body of ['3', '4', '5']) {
    const next = arrival();
    waiting.shift()?.write(OK);
    await next;
    all.push(post(client, body));
  }
  for (let left = 2; left > 0; left -= 1) {
    const next = left > 1 ? arrival() : undefined;
    waiting.shift()?.write(OK);
    await next;
  }
  await Promise.all(all);
  expect(server.sockets).toHaveLength(1);
});

it('the HTTP client opens a new connection after a response that closes the previous one', async () => {
  answer = (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  const client = open();
  await post(client);
  await post(client);
  expect(server.sockets).toHaveLength(2);
});

it('the HTTP client opens a new connection if the server has closed the idle one', async () => {
  const client = open();
  await post(client);
  const [first] = server.sockets as [Socket];
  first.end();
  await once(first, 'close');
  expect(await post(client)).toMatchObject({ status: 200 });
  expect(server.sockets).toHaveLength(2);
});

it('the HTTP client does not repeat a request if a reused connection breaks before the first byte of a response', async () => {
  const client = open();
  await post(client, '1');
  answer = (socket) => socket.destroy();
  await expect(post(client, '2')).rejects.toThrow(Unanswered);
  expect(server.requests).toHaveLength(2);
});

it('the HTTP client does not reuse a connection that was idle for 30 seconds, because the server may close it', async () => {
  const client = open();
  await post(client);
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 30_000);
  await post(client);
  jest.restoreAllMocks();
  expect(server.sockets).toHaveLength(2);
});

it('the HTTP client reuses a connection that was idle for less than 30 seconds', async () => {
  const client = open();
  await post(client);
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 29_000);
  await post(client);
  jest.restoreAllMocks();
  expect(server.sockets).toHaveLength(1);
});

it('the time limit of a request does not end a later request on the same connection', async () => {
  jest.useFakeTimers({ doNotFake: ['Date', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] });
  try {
    const client = open({ answer: 1000 });
    await post(client);
    jest.advanceTimersByTime(600);
    const received = new Promise<Socket>((resolve) => {
      answer = resolve;
    });
    const later = post(client);
    const socket = await received;
    jest.advanceTimersByTime(600);
    socket.write(OK);
    expect(await later).toMatchObject({ status: 200 });
  } finally {
    jest.useRealTimers();
  }
});

it('a failed request frees its connection for the next request', async () => {
  const client = open({ connections: 1 });
  answer = (socket) => (server.requests.length === 1 ? socket.destroy() : socket.write(OK));
  const [first, second] = await Promise.allSettled([post(client), post(client)]);
  expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
});

it('the HTTP client times out if the server does not respond, and closes the connection', async () => {
  answer = () => undefined;
  const client = open({ answer: 20 });
  await expect(post(client)).rejects.toThrow(new Unanswered('The server did not answer in time'));
  const [socket] = server.sockets as [Socket];
  await (socket.destroyed || once(socket, 'close'));
});

it('the HTTP client times out if the response does not end', async () => {
  answer = (socket) => socket.write(OK.slice(0, -1));
  await expect(post(open({ answer: 20 }))).rejects.toThrow(Unanswered);
});

it('the HTTP client refuses a truncated response', async () => {
  answer = (socket) => socket.end(OK.slice(0, -1));
  await expect(post(open())).rejects.toThrow(MalformedResponse);
});

it('a body without a length or chunks ends when the connection closes', async () => {
  answer = (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall there is');
  expect((await post(open())).body.toString()).toBe('all there is');
});

it.each([
  ['a response that is not HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['two responses to one request', OK + OK],
])('the HTTP client refuses %s, and does not reuse the connection', async (_, bytes) => {
  answer = (socket) => socket.write(server.requests.length === 1 ? bytes : OK);
  const client = open();
  await expect(post(client)).rejects.toThrow(MalformedResponse);
  expect(await post(client)).toMatchObject({ status: 200 });
  expect(server.sockets).toHaveLength(2);
});

it('the HTTP client does not reuse a connection on which an unexpected response arrived', async () => {
  const client = open();
  await post(client);
  const [first] = server.sockets as [Socket];
  first.write(OK);
  await once(first, 'close');
  expect(await post(client)).toMatchObject({ status: 200 });
  expect(server.sockets).toHaveLength(2);
});

it('the HTTP client does not reuse a connection whose response arrived before the request was sent', async () => {
  const large = 'x'.repeat(20 * 1024 * 1024);
  // A busy machine is slow to send this much.
  const client = open({ answer: 20_000 });
  const posted = post(client, large);
  const early = await serverSocket();
  early.pause();
  early.write('HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n');
  expect(await posted).toMatchObject({ status: 413 });
  expect(await post(client)).toMatchObject({ status: 200 });
  expect(server.sockets).toHaveLength(2);
});

async function serverSocket(): Promise<Socket> {
  while (server.sockets.length === 0) {
    await new Promise(setImmediate);
  }
  return server.sockets[0] as Socket;
}

it("the HTTP client throws the socket's error if the port is closed", async () => {
  const client = open();
  await server.close();
  await expect(post(client)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  server = await serveRaw(() => undefined);
});

describe('with TLS, the HTTP client', () => {
  let secure: RawServer;
  beforeEach(async () => {
    secure = await serveRaw((socket) => socket.write(OK), { secure: true });
  });
  afterEach(() => secure.close());

  /** Resolves every name to loopback. */
  const lookup: ConnectionOptions['lookup'] = (_, { all }, found) =>
    all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4);
  const client = (host: string, tls: ConnectionOptions = {}) =>
    new HttpClient({
      origin: new URL(`https://${host}:${secure.port}`),
      connections: 1,
      timeouts: { connect: 1000, answer: 1000 },
      tls: { lookup, ...tls },
    });

  it('posts to a server with a trusted certificate for its name', async () => {
    expect(await post(client('api.example.com', { ca: CERTIFICATE }))).toMatchObject({ status: 200 });
  });

  it.each([
    ['a self-signed certificate', 'api.example.com', {}, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['a certificate for another name', 'ws.example.com', { ca: CERTIFICATE }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [
      'a certificate for a name if the host is an IP address',
      '127.0.0.1',
      { ca: CERTIFICATE },
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ])('refuses %s without sending the request', async (_, host, tls, code) => {
    await expect(post(client(host, tls))).rejects.toMatchObject({ code });
    expect(secure.requests).toEqual([]);
  });

  it('times out if the server accepts the connection but does not complete the handshake', async () => {
    const silent = new HttpClient({
      // This server does not use TLS.
      origin: new URL(`https://127.0.0.1:${server.port}`),
      connections: 1,
      timeouts: { connect: 20, answer: 1000 },
    });
    await expect(post(silent)).rejects.toThrow(new Unanswered('The server did not accept a connection in time'));
  });
});
