import { request as httpRequest, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Sends a request to an entry point on this machine, and its response to the client, both unchanged. */
export function relay(port: number, request: IncomingMessage, response: ServerResponse): void {
  const outgoing = toPort(port, request);
  outgoing.once('response', (incoming) => {
    response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, incoming.rawHeaders);
    response.flushHeaders();
    incoming.pipe(response);
    incoming.once('error', () => response.destroy());
  });
  outgoing.once('error', () => response.destroy());
  response.once('close', () => outgoing.destroy());
  request.pipe(outgoing);
}

/** Sends the handshake of a WebSocket to an entry point on this machine, and connects both sides. */
export function relayUpgrade(port: number, request: IncomingMessage, client: Duplex, head: Buffer): void {
  const outgoing = toPort(port, request);
  client.once('error', () => client.destroy());
  outgoing.once('error', () => client.destroy());
  outgoing.once('upgrade', (incoming, socket, rest) => {
    client.write(Buffer.concat([headOf(incoming), rest]));
    socket.write(head);
    for (const [from, to] of [
      [client, socket],
      [socket, client],
    ] as const) {
      from.on('error', () => to.destroy());
      from.once('close', () => to.destroy());
      from.pipe(to);
    }
  });
  // A refused handshake.
  outgoing.once('response', (incoming) => {
    client.write(headOf(incoming));
    incoming.pipe(client);
  });
  client.once('close', () => outgoing.destroy());
  outgoing.end();
}

function toPort(port: number, { method, url, rawHeaders }: IncomingMessage) {
  return httpRequest({ host: '127.0.0.1', port, method, path: url, headers: rawHeaders, agent: false });
}

function headOf({ statusCode = 502, statusMessage, rawHeaders }: IncomingMessage): Buffer {
  const lines = rawHeaders.flatMap((name, index) => (index % 2 ? [] : [`${name}: ${rawHeaders[index + 1]}`]));
  const first = `HTTP/1.1 ${statusCode} ${statusMessage ?? STATUS_CODES[statusCode]}`;
  return Buffer.from([first, ...lines, '', ''].join('\r\n'), 'latin1');
}
