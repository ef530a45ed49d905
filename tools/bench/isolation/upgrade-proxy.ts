import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Ports of the two servers on 127.0.0.1. */
export interface Backends {
  readonly http: number;
  readonly socket: number;
}

/** Creates a proxy for two servers. Requests with `Upgrade` go to the server for sockets, all others to that for HTTP. */
export function upgradeProxy(backends: Backends): Server {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const forwarded = request({ host: '127.0.0.1', port: backends.http, method, path, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(forwarded);
  });
  server.keepAliveTimeout = 65_000;
  server.on('upgrade', (incoming, client, head) => tunnel(incoming, client, head, backends.socket));
  server.on('close', () => agent.destroy());
  return server;
}

/** Connects the client to the backend, byte by byte. If one end closes, the other is closed, too. */
function tunnel({ method, url, rawHeaders }: IncomingMessage, client: Duplex, head: Buffer, port: number): void {
  const backend = connect(port, '127.0.0.1');
  const headers = rawHeaders.map((text, index) => (index % 2 ? `${text}\r\n` : `${text}: `)).join('');
  backend.write(`${method} ${url} HTTP/1.1\r\n${headers}\r\n`);
  backend.write(head);
  client.pipe(backend).pipe(client);
  for (const [one, other] of [
    [client, backend],
    [backend, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}
