import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';
import { carriedTicket } from '../../../lambda/realtime/tickets';

/** Answer of a route: a status, or none at all. */
type Answer = number | 'hangs';

/** Faults of lanes. */
export interface Faults {
  health?: Answer | 'page';
  /** Status, or no answer, of requests of `/health` after this number of them. */
  laterHealth?: { after: number; answer: Answer | 'cut' | 'huge' };
  /** Status, or no answer, of `/health` while more than one socket is open. */
  healthBesideSockets?: Answer;
  /** Milliseconds that each response of `/health` takes. */
  slow?: number;
  /** `blocked`: a firewall answers with 403. `none` and `no JSON`: the response has the right status and no ticket. */
  tickets?: Answer | 'blocked' | 'none' | 'no JSON';
  publish?: Answer;
  /** Status of all handshakes, also of those without a ticket. */
  handshake?: Answer;
  /** True if the connection of a handshake that is refused stays open. */
  keepsRefused?: boolean;
  /** Milliseconds that each ticket takes. */
  slowTickets?: number;
  /** Milliseconds that each handshake takes. */
  slowHandshakes?: number;
  /** True if handshakes without a ticket succeed, too. */
  open?: boolean;
  /** Status of handshakes after the first one. */
  laterHandshakes?: Answer;
  subprotocol?: 'none' | 'another';
  /** `failed`: API Gateway sends a frame of its own. `other frames first`: one that is no JSON, and one with another reference. */
  ping?: 'hangs' | 'closes' | 'refuses' | 'failed' | 'other frames first';
  subscribe?: 'hangs' | 'refuses';
  push?:
    | 'never'
    | 'first only'
    | 'second only'
    | 'closes'
    | 'another first'
    | 'another only'
    | 'in a frame of several'
    | 'others in a frame of several';
  /** `closes`: the server closes a connection after each response. `cuts`: it closes an idle one when the next request arrives. */
  connection?: 'closes' | 'cuts';
  /** Number of tickets before the rate limit. */
  mostTickets?: number;
  /** Number of sockets of a subject. A further one closes the first one. */
  mostSockets?: number;
  /** Milliseconds that each response of `/health` takes while sockets are open. */
  slowBesideSockets?: number;
}

/** Token that the lanes accept. */
export const TOKEN = 'token-of-the-canary';

/** Texts that must not be in a report: everything that the lanes issued. */
export interface FakeLanes {
  readonly target: { httpUrl: string; webSocketUrl: string };
  readonly issued: string[];
  /** Requests as `GET /health`. */
  readonly requests: string[];
  handshakes(): number;
  /** Resolves when no connection of either server is open. */
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

const FORBIDDEN = { type: 'urn:twinlane:problem:forbidden' };

/** Both lanes on loopback, with the routes and frames that the canary uses. @param ticketed - false without authentication */
export async function fakeLanes(faults: Faults = {}, ticketed = true): Promise<FakeLanes> {
  const issued = [TOKEN];
  const requests: string[] = [];
  const tickets = new Set<string>();
  const sockets = new Set<WebSocket>();
  const subscribers = new Set<WebSocket>();
  const connections = new Set<Socket>();
  let handshakes = 0;
  let healthRequests = 0;

  const authorized = ({ headers }: IncomingMessage) => !ticketed || headers.authorization === `Bearer ${TOKEN}`;

  async function http(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    const answer = (status: Answer | 'blocked' | undefined, good: number, body: () => object) => {
      if (status === 'blocked') {
        response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>403</h1>');
      } else if (status !== 'hangs') {
        const code = status ?? good;
        response.writeHead(code, {
          'content-type': 'application/json',
          ...(faults.connection === 'closes' && { connection: 'close' }),
        });
        response.end(JSON.stringify(code === good ? body() : code === 403 ? FORBIDDEN : {}));
      }
    };
    if (faults.connection === 'cuts' && requests.length > 0 && used.has(request.socket)) {
      request.socket.destroy();
      return;
    }
    used.add(request.socket);
    requests.push(`${method} ${url}`);
    const body = await text(request);
    if (url === '/health') {
      healthRequests += 1;
      const beside = sockets.size > 1;
      const delay = (beside && faults.slowBesideSockets) || faults.slow;
      if (delay) {
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
      const { after = Infinity, answer: laterAnswer } = faults.laterHealth ?? {};
      const later = healthRequests > after ? laterAnswer : undefined;
      if (faults.health === 'page') {
        response.end('<h1>ok</h1>');
        return;
      }
      if (later === 'cut') {
        response.writeHead(200, { 'content-length': '100' }).write('{', () => request.socket.destroy());
      } else {
        const status = later === 'huge' ? undefined : later;
        const body = () => ({ status: 'ok', ...(later === 'huge' && { padding: 'x'.repeat(70_000) }) });
        answer(status ?? (beside ? faults.healthBesideSockets : undefined) ?? faults.health, 200, body);
      }
    } else if (url === '/v1/tickets' && ticketed) {
      await new Promise((resolve) => setTimeout(resolve, faults.slowTickets ?? 0));
      if (faults.tickets === 'none' || faults.tickets === 'no JSON') {
        response.writeHead(201).end(faults.tickets === 'none' ? '{"ticket":""}' : 'created');
        return;
      }
      const refused = authorized(request) ? (issued.length > (faults.mostTickets ?? 100) ? 429 : undefined) : 401;
      answer(faults.tickets ?? refused, 201, () => {
        const ticket = randomBytes(32).toString('base64url');
        issued.push(ticket);
        tickets.add(ticket);
        return { ticket };
      });
    } else if (method === 'POST' && url === '/v1/topics/canary/messages') {
      const { id, data } = JSON.parse(body);
      issued.push(id);
      if (faults.publish === undefined && authorized(request)) {
        push({ topic: 'canary', epoch: 'e', sequence: 7, id, data, publishedAt: new Date().toISOString() });
      }
      answer(faults.publish ?? (authorized(request) ? undefined : 401), 201, () => ({ id }));
    } else {
      answer(404, 200, () => ({}));
    }
  }
  const used = new WeakSet<Socket>();

  let pushes = 0;
  function push(message: Record<string, unknown>): void {
    pushes += 1;
    if (faults.push === (pushes === 1 ? 'second only' : 'first only')) {
      return;
    }
    for (const socket of subscribers) {
      const other = { ...message, id: 'of-another-run' };
      const send = (...frames: object[]) => frames.forEach((frame) => socket.send(JSON.stringify(frame)));
      switch (faults.push) {
        case 'never':
          break;
        case 'closes':
          socket.close(1001);
          break;
        case 'another first':
          send({ type: 'message', ...other }, { type: 'message', ...message });
          break;
        case 'another only':
          send({ type: 'message', ...other });
          break;
        case 'others in a frame of several':
          send({ type: 'messages', messages: [other, other] });
          break;
        case 'in a frame of several':
          send({ type: 'messages', messages: [other, message] });
          break;
        default:
          send({ type: 'message', ...message });
      }
    }
  }

  function frame(socket: WebSocket, { action, ref }: { action: string; ref: string }): void {
    const answer = (members: object) => socket.send(JSON.stringify({ ref, ...members }));
    const refuse = () => answer({ type: 'error', code: 'forbidden', message: 'A text with data.' });
    if (action === 'ping' && (faults.ping === undefined || faults.ping === 'other frames first')) {
      if (faults.ping === 'other frames first') {
        socket.send('pong');
        socket.send(JSON.stringify({ ref: 'another', type: 'error' }));
      }
      answer({ type: 'pong', positions: {} });
    } else if (action === 'ping' && faults.ping === 'failed') {
      socket.send(JSON.stringify({ message: 'Internal server error', connectionId: 'c', requestId: 'r' }));
    } else if (action === 'subscribe' && faults.subscribe === undefined) {
      subscribers.add(socket);
      answer({ type: 'subscribed', topic: 'canary', epoch: '', sequence: 0, subscription: 's' });
    } else if (faults.ping === 'refuses' || faults.subscribe === 'refuses') {
      refuse();
    } else if (action === 'ping' && faults.ping === 'closes') {
      socket.close(1011);
    }
  }

  const webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) =>
      faults.subprotocol === 'none' ? false : ([...offered].at(faults.subprotocol === 'another' ? -1 : 0) ?? false),
  });
  const webSocketServer = createServer().on('upgrade', async (request, socket, head) => {
    handshakes += 1;
    if (faults.slowHandshakes) {
      await new Promise((resolve) => setTimeout(resolve, faults.slowHandshakes));
    }
    const ticket = carriedTicket(
      (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim()),
    );
    const status =
      faults.handshake ??
      (handshakes > 1 ? faults.laterHandshakes : undefined) ??
      (!ticketed || faults.open || tickets.delete(ticket ?? '') ? 101 : 401);
    if (status === 101) {
      webSockets.handleUpgrade(request, socket, head, (opened) => {
        sockets.add(opened);
        if (sockets.size > (faults.mostSockets ?? 100)) {
          [...sockets][0]?.close(4000);
        }
        opened.on('message', (bytes) => frame(opened, JSON.parse(String(bytes))));
        opened.on('close', () => {
          sockets.delete(opened);
          subscribers.delete(opened);
        });
      });
    } else {
      // A paused socket does not notice that the client left, and a half-open one does not close.
      socket.resume().once('end', () => socket.destroy());
    }
    if (typeof status === 'number' && status !== 101) {
      const connection = faults.keepsRefused ? 'keep-alive' : 'close';
      socket.write(`HTTP/1.1 ${status} Refused\r\nConnection: ${connection}\r\nContent-Length: 0\r\n\r\n`);
      if (!faults.keepsRefused) {
        socket.end();
      }
    }
  });
  const httpServer = createServer((request, response) => void http(request, response));
  // Only the client closes idle connections.
  httpServer.keepAliveTimeout = 0;
  const servers = [httpServer, webSocketServer];
  for (const server of servers) {
    server.on('connection', (socket: Socket) => {
      connections.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => connections.delete(socket));
    });
  }
  const [httpPort, webSocketPort] = await Promise.all(servers.map(listen));
  return {
    target: { httpUrl: `http://127.0.0.1:${httpPort}`, webSocketUrl: `ws://127.0.0.1:${webSocketPort}` },
    issued,
    requests,
    handshakes: () => handshakes,
    async allClosed() {
      while (connections.size > 0) {
        await Promise.all([...connections].map((socket) => once(socket, 'close')));
      }
    },
    async close() {
      connections.forEach((socket) => socket.destroy());
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
