import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect } from '../../../tools/probe/network/connection';
import { attemptOnNewConnection } from '../../../tools/probe/network/new-connection';
import { PersistentConnection } from '../../../tools/probe/network/persistent-connection';
import { listening, TICK } from './loopback';
import { CA, certificate } from './servers/certificate';

const GET = { method: 'GET', path: '/', headers: {} } as const;

describe('A connection of the probe', () => {
  let server: http.Server;

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Sends the requests one after the other on one connection. @returns the responses, and the number of connections */
  async function exchanged(listener: http.RequestListener, count = 2) {
    server = http.createServer(listener);
    let opened = 0;
    server.on('connection', () => opened++);
    const connection = await PersistentConnection.open(await listening(server, 'http'));
    const responses = [];
    for (let index = 0; index < count; index++) {
      responses.push(await connection.send(GET));
    }
    connection.close();
    return { responses, opened };
  }

  it('measures the TLS handshake without the time of TCP', async () => {
    server = https.createServer(certificate());
    const { socket, tcp, tls } = await connect(await listening(server, 'https', readFileSync(CA, 'utf8')));
    socket.destroy();

    expect({ tcp, tls }).toEqual({ tcp: TICK, tls: TICK });
  });

  it('measures a response without the time of the connection that the server made it open again', async () => {
    const { responses } = await exchanged((_, response) => response.setHeader('connection', 'close').end());

    expect(responses.map(({ ms }) => ms)).toEqual([2 * TICK, 2 * TICK]);
    expect(responses[0]?.opening).toBe(0);
    expect(responses[1]?.opening).toBeGreaterThanOrEqual(TICK);
  });

  it.each([
    ['stays open', {}, [false, false], 1],
    ['says that it closes', { connection: 'Close' }, [true, true], 2],
  ])('that %s is used for so many requests', async (_, headers, closed, connections) => {
    const { responses, opened } = await exchanged((request, response) => response.writeHead(200, headers).end());

    expect({ closed: responses.map((one) => one.closed), opened }).toEqual({ closed, opened: connections });
  });

  it('is closed if it ends after the response without an announcement', async () => {
    const { responses, opened } = await exchanged(({ socket }) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'),
    );

    expect({ closed: responses.map((one) => one.closed), opened }).toEqual({ closed: [true, true], opened: 2 });
  });

  it.each([
    ['closes', '', true],
    ['stays open with keep-alive', 'Connection: keep-alive\r\n', false],
  ])('of HTTP/1.0 %s', async (_, header, closed) => {
    const { responses } = await exchanged(
      ({ socket }) => socket.write(`HTTP/1.0 200 OK\r\n${header}Content-Length: 0\r\n\r\n`),
      1,
    );

    expect(responses).toMatchObject([{ closed, httpVersion: '1.0' }]);
  });

  it.each([
    ['HTTP/1.0 200 OK', true],
    ['HTTP/1.1 200 OK', false],
  ])('is known to close after the last request only if %s announces it', async (line, closed) => {
    server = http.createServer(({ socket }) => socket.end(`${line}\r\nContent-Length: 0\r\n\r\n`));
    const { exchange } = await attemptOnNewConnection(await listening(server, 'http'), GET);

    expect(exchange).toMatchObject({ status: 200, closed });
  });

  it('shows when the server ended it while it was idle, and is opened again for the next request', async () => {
    server = http.createServer((_, response) => response.end());
    server.keepAliveTimeout = 50;
    const connection = await PersistentConnection.open(await listening(server, 'http'));
    await connection.send(GET);
    const before = connection.endedAt;
    await once(connection.first.socket, 'close');
    const after = connection.endedAt;
    const { opening } = await connection.send(GET);
    connection.close();

    expect(before).toBeUndefined();
    expect(after).toBeGreaterThan(0);
    expect(opening).toBeGreaterThan(0);
  });

  it('is opened again if the server resets it while a request is in flight', async () => {
    let requests = 0;
    const { responses, opened } = await exchanged((request, response) => {
      if (++requests === 2) {
        request.socket.resetAndDestroy();
      } else {
        response.end();
      }
    });

    expect(opened).toBe(2);
    expect(responses[1]?.opening).toBeGreaterThan(0);
  });

  it('reports a server that resets every connection, and does not try for ever', async () => {
    let requests = 0;
    server = http.createServer(({ socket }) => {
      requests++;
      socket.resetAndDestroy();
    });
    const connection = await PersistentConnection.open(await listening(server, 'http'));
    const exchange = await connection.attempt(GET);
    connection.close();

    expect(exchange).toMatchObject({ status: 0, closed: true });
    expect(requests).toBe(1);
    expect(exchange.failure).toMatch(/closed the connection without a response \(ECONNRESET\)\. Fix: check the port/);
  });

  it.each([
    ['POST', undefined, '0'],
    ['PUT', 'täxt', '5'],
    ['DELETE', '{}', '2'],
    ['GET', undefined, undefined],
  ])('sends the length of the body with %s %s', async (method, body, length) => {
    let received: http.IncomingMessage | undefined;
    server = http.createServer((request, response) => {
      received = request;
      request.resume().once('end', () => response.end());
    });
    const connection = await PersistentConnection.open(await listening(server, 'http'));
    await connection.send({ ...GET, method, body });
    connection.close();

    expect([received?.method, received?.headers['content-length']]).toEqual([method, length]);
  });

  it('reads the times of the server from Server-Timing', async () => {
    const { responses } = await exchanged((_, response) => response.setHeader('server-timing', 'db;dur=53').end(), 1);

    expect(responses[0]?.serverTiming).toEqual({ db: 53 });
  });
});
