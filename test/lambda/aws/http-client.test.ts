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

it('sends a request as it was given, and returns the answer, whatever its status', async () => {
  answer = (socket) => socket.write('HTTP/1.1 410 Gone\r\ncontent-length: 1\r\n\r\nx');
  expect(await post(open(), 'naïve 🌍')).toMatchObject({ status: 410, body: Buffer.from('x') });
  expect(server.requests).toEqual(['POST /path HTTP/1.1\r\nhost: here\r\ncontent-length: 11\r\n\r\nnaïve 🌍']);
});

it('sends one request after another over one connection', async () => {
  const client = open();
  for (const body of ['a', 'b', 'c']) {
    await post(client, body);
  }
  expect(server.sockets).toHaveLength(1);
});

it('has as many connections as it was given: further requests wait, in their order', async () => {
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

it('opens another connection after an answer that closes the last', async () => {
  answer = (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  const client = open();
  await post(client);
  await post(client);
  expect(server.sockets).toHaveLength(2);
});

it('opens another connection if the server has closed the idle one', async () => {
  const client = open();
  await post(client);
  const [first] = server.sockets as [Socket];
  first.end();
  await once(first, 'close');
  expect(await post(client)).toMatchObject({ status: 200 });
  expect(server.sockets).toHaveLength(2);
});

it('sends nothing again if a used connection breaks before the first byte of an answer', async () => {
  const client = open();
  await post(client, '1');
  answer = (socket) => socket.destroy();
  await expect(post(client, '2')).rejects.toThrow(Unanswered);
  expect(server.requests).toHaveLength(2);
});

it('keeps no connection that was idle for half a minute: the server may be about to close it', async () => {
  const client = open();
  await post(client);
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 30_000);
  await post(client);
  jest.restoreAllMocks();
  expect(server.sockets).toHaveLength(2);
});

it('goes on after a failure: it gives its place to the next', async () => {
  const client = open({ connections: 1 });
  answer = (socket) => (server.requests.length === 1 ? socket.destroy() : socket.write(OK));
  const [first, second] = await Promise.allSettled([post(client), post(client)]);
  expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
});

it('gives up on a server that does not answer, and lets go of the connection', async () => {
  answer = () => undefined;
  const client = open({ answer: 20 });
  await expect(post(client)).rejects.toThrow(new Unanswered('The server did not answer in time'));
  const [socket] = server.sockets as [Socket];
  await (socket.destroyed || once(socket, 'close'));
});

it('gives up on an answer that does not end', async () => {
  answer = (socket) => socket.write(OK.slice(0, -1));
  await expect(post(open({ answer: 20 }))).rejects.toThrow(Unanswered);
});

it('gives up on an answer that the server cuts off', async () => {
  answer = (socket) => socket.end(OK.slice(0, -1));
  await expect(post(open())).rejects.toThrow(MalformedResponse);
});

it('takes the end of the connection for the end of a body that has no other', async () => {
  answer = (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall there is');
  expect((await post(open())).body.toString()).toBe('all there is');
});

it.each([
  ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
  ['two answers to one request', OK + OK],
])('refuses %s, and uses the connection no more', async (_, bytes) => {
  answer = (socket) => socket.write(server.requests.length === 1 ? bytes : OK);
  const client = open();
  await expect(post(client)).rejects.toThrow(MalformedResponse);
  expect(await post(client)).toMatchObject({ status: 200 });
  expect(server.sockets).toHaveLength(2);
});

it('uses a connection no more on which an answer came to no request', async () => {
  const client = open();
  await post(client);
  const [first] = server.sockets as [Socket];
  first.write(OK);
  await once(first, 'close');
  expect(await post(client)).toMatchObject({ status: 200 });
  expect(server.sockets).toHaveLength(2);
});

it('uses a connection no more whose answer came before the request was sent', async () => {
  const large = 'x'.repeat(20 * 1024 * 1024);
  // A busy machine takes its time for so much.
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

it("throws the socket's error if nobody listens", async () => {
  const client = open();
  await server.close();
  await expect(post(client)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  server = await serveRaw(() => undefined);
});

describe('with TLS', () => {
  let secure: RawServer;
  beforeEach(async () => {
    secure = await serveRaw((socket) => socket.write(OK), { secure: true });
  });
  afterEach(() => secure.close());

  /** Names lead to loopback. */
  const lookup: ConnectionOptions['lookup'] = (_, { all }, found) =>
    all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4);
  const client = (host: string, tls: ConnectionOptions = {}) =>
    new HttpClient({
      origin: new URL(`https://${host}:${secure.port}`),
      connections: 1,
      timeouts: { connect: 1000, answer: 1000 },
      tls: { lookup, ...tls },
    });

  it('posts to a server whose certificate is trusted and has its name', async () => {
    expect(await post(client('api.example.com', { ca: CERTIFICATE }))).toMatchObject({ status: 200 });
  });

  it.each([
    ['a certificate that signs itself', 'api.example.com', {}, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['a certificate of another name', 'ws.example.com', { ca: CERTIFICATE }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['a certificate of a name at an address', '127.0.0.1', { ca: CERTIFICATE }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('refuses %s, and sends nothing', async (_, host, tls, code) => {
    await expect(post(client(host, tls))).rejects.toMatchObject({ code });
    expect(secure.requests).toEqual([]);
  });

  it('gives up on a server that accepts and never greets', async () => {
    const silent = new HttpClient({
      // It speaks no TLS.
      origin: new URL(`https://127.0.0.1:${server.port}`),
      connections: 1,
      timeouts: { connect: 20, answer: 1000 },
    });
    await expect(post(silent)).rejects.toThrow(new Unanswered('The server did not accept a connection in time'));
  });
});
