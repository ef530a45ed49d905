import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect } from './connection';
import { type Endpoint, trust } from './endpoint';
import { Http2Channel } from './http2-channel';
import type { Request } from './channel';
import { PersistentConnection } from './persistent-connection';
import type { RunningClock } from './running-clock';

/** New connections, each with this many requests. Further ones do not make the next request faster. */
const CONNECTIONS = 3;
const REQUESTS = 3;

/** Milliseconds after which a machine without a usable loopback address is given up. */
const TIMEOUT = 1_000;

/**
 * Sends requests to a server of this process, so that the first measured request does not include the time in which this program
 * itself starts: code that is loaded and compiled at its first use. Without a loopback address it does nothing.
 *
 * @param request like the measured one
 * @param http2 true if the measured server may have it
 */
export async function warmUp(
  request: Request,
  http2: boolean,
  clock: RunningClock,
  signal: AbortSignal,
): Promise<void> {
  try {
    await withServer(createServer(answer), clock, signal, useHttp1(request));
    if (http2) {
      await withServer(createHttp2Server(answerHttp2), clock, signal, useHttp2(request));
    }
  } catch {
    // The measurement is then less exact by some milliseconds, and still possible.
    signal.throwIfAborted();
  }
}

function useHttp1(request: Request) {
  return async (endpoint: Endpoint) => {
    for (let opened = 0; opened < CONNECTIONS; opened++) {
      const connection = await PersistentConnection.open(endpoint);
      try {
        for (let sent = 0; sent < REQUESTS; sent++) {
          await connection.attempt(request);
        }
      } finally {
        connection.close();
      }
    }
  };
}

/** HTTP/2 without TLS: that needs a certificate. */
function useHttp2(request: Request) {
  return async (endpoint: Endpoint) => {
    for (let opened = 0; opened < CONNECTIONS; opened++) {
      const { socket } = await connect(endpoint);
      const channel = new Http2Channel(endpoint, socket);
      try {
        for (let sent = 0; sent < REQUESTS; sent++) {
          await channel.send(request);
        }
      } finally {
        channel.close();
      }
    }
  };
}

async function withServer(
  server: Server,
  clock: RunningClock,
  signal: AbortSignal,
  use: (endpoint: Endpoint) => Promise<void>,
): Promise<void> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  try {
    await once(server, 'listening', { signal });
    const { port } = server.address() as AddressInfo;
    await use({
      url: new URL(`http://127.0.0.1:${port}`),
      address: '127.0.0.1',
      port,
      secure: false,
      trust: trust(undefined),
      timeout: TIMEOUT,
      clock,
      signal,
    });
  } finally {
    server.close();
    for (const socket of open) {
      socket.destroy();
    }
  }
}

const HEADERS = { 'content-type': 'application/json', 'server-timing': 'app;dur=1' };

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(200, HEADERS).end('{}');
}

function answerHttp2(request: Http2ServerRequest, response: Http2ServerResponse): void {
  request.resume();
  response.writeHead(200, HEADERS);
  response.end('{}');
}
