import { createHash } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { openSocket, type Opening } from '../../../../tools/probe/network/web-socket';
import { listening } from '../loopback';

describe('A WebSocket handshake of the probe', () => {
  let server: http.Server;

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Opens a socket of a server that answers the handshake like this. @returns the message of the error */
  async function failure(
    answer: string | ((request: IncomingMessage, socket: Duplex) => void),
    opening: Opening = { subprotocol: '' },
  ): Promise<string> {
    server = http.createServer();
    server.on('upgrade', (request, socket) => {
      socket.on('error', () => undefined);
      if (typeof answer === 'string') {
        socket.end(answer);
      } else {
        answer(request, socket);
      }
    });
    const endpoint = { ...(await listening(server, 'ws')), timeout: 300 };
    const error = await openSocket(endpoint, opening).then(
      () => new Error('opened'),
      (reason: Error) => reason,
    );
    expect(error.name).toBe('CommandError');
    return error.message;
  }

  const status = (code: number, headers = '') => `HTTP/1.1 ${code} X\r\n${headers}Content-Length: 0\r\n\r\n`;

  it.each([
    [404, '', /404: the path does not exist\. Fix: check the path of --websocket\.$/],
    [
      403,
      '',
      /the path does not exist \(FastAPI .*\), or the origin .* Fix: check the path of --websocket, then pass the page's --origin, /,
    ],
    [401, '', /401: authentication is required\. Fix: pass --cookie, --tickets /],
    [
      301,
      'Location: /chat/\r\n',
      /301, a redirect to \/chat\/, which browsers do not follow\. Fix: pass the final URL with --websocket\.$/,
    ],
    [
      200,
      '',
      /200, as for a normal request: .* Fix: check the path of --websocket, and let the proxy forward Upgrade and Connection\.$/,
    ],
    [426, '', /426: a proxy removes the header Upgrade, .* then pass --subprotocol if the page has one\.$/],
    [400, '', /Socket\.IO needs \/socket\.io\/\?EIO=4&transport=websocket/],
    [429, '', /429: too many requests or sockets\. Fix: wait /],
    [502, '', /502: a proxy answers, but the app behind it does not\. Fix: start the app, /],
    [500, '', /500: the app failed\. Fix: look at the log of the server\.$/],
    [418, '', /418 instead of 101\. Fix: check the host and path of --websocket\.$/],
  ])('that is answered %d is explained with the option that helps', async (code, headers, sentence) => {
    expect(await failure(status(code, headers))).toMatch(sentence);
  });

  it('names the subprotocol that the server did not choose', async () => {
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => false });
    const message = await failure(
      (request, socket) => sockets.handleUpgrade(request, socket, Buffer.alloc(0), () => undefined),
      { subprotocol: 'chat.v9' },
    );

    expect(message).toMatch(
      /opened the WebSocket without the subprotocol chat\.v9, so a browser closes it\. Fix: check --subprotocol, or omit it\.$/,
    );
  });

  it('names the subprotocol that the server chose without an offer', async () => {
    const message = await failure(
      ({ headers }, socket) => void socket.end(accepted(headers['sec-websocket-key'], 'chat.v2')),
    );

    expect(message).toMatch(
      /with the subprotocol chat\.v2, which was not offered\. Fix: pass --subprotocol chat\.v2\.$/,
    );
  });

  it.each([
    [
      'with the wrong key',
      'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      /invalid WebSocket handshake: Invalid Sec-WebSocket-Accept header\. Fix: /,
    ],
    [
      'with other bytes',
      '-ERR unknown command\r\n',
      /did not respond with HTTP \(HPE_INVALID_CONSTANT\)\. Fix: check the port\.$/,
    ],
    ['with a TLS alert', '\x15\x03\x01\x00\x02\x02\x46', /responded with TLS\. Fix: use wss: in the URL\.$/],
    ['with nothing', '', /closed the connection without a response .*If it serves TLS, use wss: in the URL\.$/],
  ])('that is answered %s is explained', async (_, answer, sentence) => {
    expect(await failure(answer)).toMatch(sentence);
  });

  it('that is not answered ends at the timeout', async () => {
    expect(await failure(() => undefined)).toMatch(
      /did not answer the WebSocket handshake within 300 ms\. Fix: check the path, or increase --timeout\.$/,
    );
  });

  it('sends the origin, the cookie, the subprotocol and the ticket', async () => {
    server = http.createServer();
    const received: IncomingMessage['headers'][] = [];
    new WebSocketServer({ server }).on('connection', (_, { headers }) => received.push(headers));
    const opening = { subprotocol: 'chat', origin: 'http://localhost:5500', cookie: 'a=b', ticket: async () => 't1' };
    const { socket, handshake } = await openSocket(await listening(server, 'ws'), opening);
    socket.terminate();

    expect(handshake.upgrade).toBeGreaterThan(0);
    expect(received).toMatchObject([
      { origin: 'http://localhost:5500', cookie: 'a=b', 'sec-websocket-protocol': 'chat,ticket.t1' },
    ]);
  });
});

/** A valid response to a handshake, with a subprotocol. */
function accepted(key: string | undefined, subprotocol: string): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return `HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`;
}
