import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

/** Milliseconds that an idle connection stays open: as long as a load balancer's, so that no request meets a closed one. */
const KEEP_ALIVE = 65_000;

/** Answers each request with the JSON that the HTTP lane's `/health` answers. */
export function plainHttp(): Server {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    // Whose page it is does not matter: there is nothing to read.
    response.setHeader('access-control-allow-origin', '*');
    response.end(JSON.stringify({ status: 'ok' }));
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  return server;
}

/**
 * Adds a WebSocket server as most are written: in memory, with `ws`, in the frames of the `twinlane.v1` protocol that the storm
 * sends. A handshake verifies one ES256 signature, the work of checking a token. A message is serialized for each subscriber,
 * with its place among them in it. Nothing is made slow on purpose, and nothing yields.
 */
export function addPlainSockets(server: Server): WebSocketServer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const token = Buffer.from(JSON.stringify({ sub: 'user', exp: 2 ** 31 }));
  const signature = sign('sha256', token, privateKey);
  const subscribers = new Set<WebSocket>();

  const sockets = new WebSocketServer({
    server,
    perMessageDeflate: false,
    verifyClient: () => verify('sha256', token, publicKey, signature),
  });
  sockets.on('connection', (socket) => {
    socket.on('close', () => subscribers.delete(socket));
    socket.on('message', (frame) => {
      const { action, topic, id, data } = JSON.parse(frame.toString());
      if (action === 'subscribe') {
        subscribers.add(socket);
        socket.send(JSON.stringify({ type: 'subscribed', topic }));
      } else {
        let place = 0;
        for (const subscriber of subscribers) {
          place += 1;
          subscriber.send(JSON.stringify({ type: 'message', topic, id, data, place }));
        }
      }
    });
  });
  return sockets;
}
