import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

/** Idle timeout of a connection in milliseconds. As long as that of a load balancer, so that no request uses a closed connection. */
const KEEP_ALIVE = 65_000;

/** Creates a server that responds to each request with the same JSON as `/health` of the HTTP lane. */
export function plainHttp(): Server {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    // Any origin is allowed, because the response is not confidential.
    response.setHeader('access-control-allow-origin', '*');
    response.end(JSON.stringify({ status: 'ok' }));
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  return server;
}

/**
 * Adds a typical WebSocket server: in memory, with `ws`. It supports the frames of the `twinlane.v1` protocol that load tests
 * send. A handshake verifies one ES256 signature, as the validation of a token does. A message is serialized separately for each
 * subscriber, because it contains the subscriber's index. Nothing is slow on purpose, and nothing yields to the event loop.
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
