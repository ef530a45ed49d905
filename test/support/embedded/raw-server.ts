import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createSecureServer } from 'node:tls';

/** A server on loopback that sends configurable bytes. */
export interface RawServer {
  port: number;
  /** Received requests with head and body. */
  requests: string[];
  /** Connections in the order in which they were opened. */
  sockets: Socket[];
  close(): Promise<void>;
}

/** Self-signed certificate of `api.example.com` and its key. Valid until 2126. */
export const CERTIFICATE = readFileSync(join(__dirname, 'api.example.com.pem'), 'utf8');

/**
 * @param answer called with each complete request (a head with a content-length, and the body).
 * @param secure whether the server uses TLS, with {@link CERTIFICATE}.
 */
export async function serveRaw(
  answer: (socket: Socket, request: string) => void,
  { secure = false } = {},
): Promise<RawServer> {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const listener = (socket: Socket) => {
    sockets.push(socket);
    let received = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      received += bytes.toString();
      const [head = '', body] = received.split('\r\n\r\n', 2);
      const length = Number(/^content-length: (\d+)$/m.exec(head)?.[1]);
      if (body !== undefined && Buffer.byteLength(body) === length) {
        requests.push(received);
        received = '';
        answer(socket, requests.at(-1) ?? '');
      }
    });
  };
  const server: Server = secure
    ? createSecureServer({ key: CERTIFICATE, cert: CERTIFICATE }, listener)
    : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    sockets,
    async close() {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
      await once(server, 'close');
    },
  };
}
