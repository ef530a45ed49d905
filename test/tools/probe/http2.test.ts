import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http2, { type Http2SecureServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Endpoint } from '../../../tools/probe/network/endpoint';
import { PersistentConnection } from '../../../tools/probe/network/persistent-connection';
import { listening } from './loopback';
import { CA, certificate } from './servers/certificate';

const GET = { method: 'GET', path: '/items?page=2', headers: { origin: 'https://app.example.com' } } as const;
const ca = readFileSync(CA, 'utf8');

describe('With a server of HTTP/2, the probe', () => {
  let server: Http2SecureServer;
  let sessions: ServerHttp2Session[] = [];
  let connection: PersistentConnection | undefined;
  let target: Endpoint;

  afterEach(() => {
    connection?.close();
    for (const session of sessions) {
      session.destroy();
    }
    server.close();
  });

  async function opened(
    answer: (stream: ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
    changes: Partial<Endpoint> = {},
  ): Promise<PersistentConnection> {
    server = http2.createSecureServer({ ...certificate(), allowHTTP1: true });
    // A session of an earlier test can be reported late.
    const mine: ServerHttp2Session[] = [];
    sessions = mine;
    server.on('session', (session) => mine.push(session));
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      answer(stream, headers);
    });
    target = { ...(await listening(server, 'https', ca)), ...changes };
    connection = await PersistentConnection.open(target);
    return connection;
  }

  it.each([
    ['never ends', () => undefined, /body did not end within \d+ ms/],
    ['is cut', (stream: ServerHttp2Stream) => void stream.destroy(new Error('planted')), /in the middle of a response/],
  ])('does not take a body that %s for a response', async (_, after, failure) => {
    const answer = (stream: ServerHttp2Stream) => {
      stream.respond({ ':status': 200 });
      stream.write('x', () => setTimeout(() => after(stream), 20));
    };
    const connection = await opened(answer, { timeout: 500 });

    expect((await connection.attempt(GET)).failure).toMatch(failure);
  });

  it('sends requests on one connection, as a browser does', async () => {
    const received: http2.IncomingHttpHeaders[] = [];
    const connection = await opened((stream, headers) => {
      received.push(headers);
      stream.respond({ ':status': 200, 'server-timing': 'app;dur=7' });
      stream.write('{"a":');
      stream.end('1}');
    });
    const [first, second] = [await connection.send(GET), await connection.send(GET)];

    expect(first).toMatchObject({ status: 200, httpVersion: '2.0', body: '{"a":1}', closed: false, opening: 0 });
    expect(first.serverTiming).toEqual({ app: 7 });
    expect(second).toMatchObject({ status: 200, opening: 0 });
    expect(sessions).toHaveLength(1);
    expect(received[0]).toMatchObject({
      ':method': 'GET',
      ':path': '/items?page=2',
      ':authority': expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      origin: 'https://app.example.com',
    });
    expect(received[0]).not.toHaveProperty('host');
  });

  it('sends a body', async () => {
    const connection = await opened(async (stream) => {
      let body = '';
      for await (const chunk of stream.setEncoding('utf8')) {
        body += chunk;
      }
      stream.respond({ ':status': 201 });
      stream.end(body.toUpperCase());
    });

    expect(await connection.send({ ...GET, method: 'POST', body: '{"item":1}' })).toMatchObject({
      status: 201,
      body: '{"ITEM":1}',
    });
  });

  it.each([
    ['HEAD', 200],
    ['OPTIONS', 204],
    ['GET', 304],
  ])('accepts a response to %s without a body', async (method, status) => {
    const connection = await opened((stream) => stream.respond({ ':status': status }, { endStream: true }));

    expect(await connection.send({ ...GET, method })).toMatchObject({ status, body: '' });
  });

  it('opens another connection after GOAWAY', async () => {
    const connection = await opened((stream) => {
      stream.respond({ ':status': 200 }, { endStream: true });
      stream.session?.goaway();
    });
    const first = await connection.send(GET);
    await eventually(() => connection.endedAt !== undefined);
    const second = await connection.send(GET);

    expect(first.status).toBe(200);
    expect(second.opening).toBeGreaterThan(0);
    expect(sessions).toHaveLength(2);
  });

  it('shows when the server ended the idle connection', async () => {
    const connection = await opened((stream) => stream.respond({ ':status': 200 }, { endStream: true }));
    await connection.send(GET);
    const before = connection.endedAt;
    sessions[0]?.close();
    await eventually(() => connection.endedAt !== undefined);

    expect(before).toBeUndefined();
    expect((await connection.send(GET)).opening).toBeGreaterThan(0);
  });

  it('sends a request again that the server refused before it processed it', async () => {
    let requests = 0;
    const connection = await opened((stream) => {
      if (++requests === 2) {
        stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      } else {
        stream.respond({ ':status': 200 }, { endStream: true });
      }
    });
    await connection.send(GET);

    expect(await connection.send(GET)).toMatchObject({ status: 200 });
    expect(sessions).toHaveLength(2);
  });

  it('reports a stream that the server resets', async () => {
    const connection = await opened((stream) => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR));
    const { status, failure } = await connection.attempt(GET);

    expect(status).toBe(0);
    expect(failure).toMatch(/ended the HTTP\/2 stream without a response .*\. Fix: look at the log of the server\.$/);
  });

  it('resumes the TLS session', async () => {
    const connection = await opened((stream) => stream.respond({ ':status': 200 }, { endStream: true }));
    const socket = connection.first.socket as TLSSocket;
    const session = once(socket, 'session');
    await connection.send(GET);
    const [ticket] = await session;
    const again = await PersistentConnection.open(target, ticket);
    const resumed = (again.first.socket as TLSSocket).isSessionReused();
    again.close();

    expect([connection.first.protocol, resumed]).toEqual(['h2', true]);
  });
});

async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(setImmediate);
  }
}
