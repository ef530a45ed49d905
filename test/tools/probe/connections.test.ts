import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { WebSocketServer } from 'ws';
import { connect } from '../../../tools/probe/network/connection';
import { pass } from '../../../tools/probe/pass';
import { PersistentConnection } from '../../../tools/probe/network/persistent-connection';
import { Sockets } from '../../../tools/probe/storm';
import { listening, TICK } from './loopback';
import { CA, certificate } from './servers/certificate';

/** Duration of a pass with one request, in seconds. */
const ONE_REQUEST = 0.001;

const GET = { method: 'GET', path: '/', headers: {} } as const;

describe('The probe', () => {
  let server: http.Server;

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('measures the TLS handshake without the time of TCP', async () => {
    server = https.createServer(certificate());
    const { socket, tcp, tls } = await connect(await listening(server, 'https', readFileSync(CA, 'utf8')));
    socket.destroy();

    expect({ tcp, tls }).toEqual({ tcp: TICK, tls: TICK });
  });

  it('measures a response without the time of the connection that the server made it open again', async () => {
    server = http.createServer((_, response) => response.setHeader('connection', 'close').end());
    const connection = await PersistentConnection.open(await listening(server, 'http'));
    const [first, second] = [await connection.send(GET), await connection.send(GET)];
    connection.close();

    expect([first.opening, first.ms]).toEqual([0, TICK]);
    // The clock is read before and after TCP, and around that for the whole connection.
    expect([second.opening, second.ms]).toEqual([3 * TICK, 2 * TICK]);
  });

  it.each([429, 500, 503])('counts a request under load that is answered %d as failed', async (status) => {
    server = http.createServer((_, response) => response.writeHead(status).end());
    const { ms, failures } = await pass('open', await listening(server, 'http'), { path: '/' }, ONE_REQUEST);

    expect({ ms, failures }).toEqual({ ms: [], failures: [`answered ${status}`] });
  });

  it.each([200, 401, 404])('counts a request under load that is answered %d as answered', async (status) => {
    server = http.createServer((_, response) => response.writeHead(status).end());
    const { ms, failures } = await pass('open', await listening(server, 'http'), { path: '/' }, ONE_REQUEST);

    expect([ms.length, failures]).toEqual([1, []]);
  });

  it('sends the frames of a storm on all sockets in turn', async () => {
    server = http.createServer();
    const received: string[][] = [];
    const all = new Promise<void>((resolve) => {
      new WebSocketServer({ server }).on('connection', (socket) => {
        const frames: string[] = [];
        received.push(frames);
        socket.on('message', (frame) => {
          frames.push(String(frame));
          if (received.flat().length === 9) {
            resolve();
          }
        });
      });
    });
    const endpoint = await listening(server, 'ws');
    const sockets = await Sockets.open(3, endpoint, { subprotocol: '' });
    const storm = { greeting: 'hello', frame: 'go', messages: 6_000, seconds: 0.001 };
    await sockets.send(storm, endpoint.signal);
    await all;
    sockets.close();

    expect(received).toEqual(Array(3).fill(['hello', 'go', 'go']));
  });
});
