import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { CommandError } from '../../cli';
import { connect, toCommandError } from './connection';
import { PersistentConnection } from './persistent-connection';
import type { SocketHandshake } from '../measurements';
import type { Endpoint } from './endpoint';

/** Options for opening a socket. */
export interface Opening {
  /** Subprotocol; empty for none. */
  readonly subprotocol: string;
  readonly origin?: string;
  /** Gets a ticket for each socket; see {@link ticketFrom}. */
  readonly ticket?: () => Promise<string>;
}

export interface OpenSocket {
  readonly socket: WebSocket;
  readonly handshake: SocketHandshake;
}

/**
 * Opens a socket.
 *
 * @param onStart called with the socket before the server responds
 * @throws {CommandError} if the handshake is rejected, or the response is not a WebSocket handshake
 */
export async function openSocket(
  endpoint: Endpoint,
  { subprotocol, origin, ticket }: Opening,
  onStart: (socket: WebSocket) => void = () => undefined,
): Promise<OpenSocket> {
  const offered = [...(subprotocol ? [subprotocol] : []), ...(ticket ? [`ticket.${await ticket()}`] : [])];
  const connection = await connect(endpoint);
  const start = endpoint.clock.now();
  const socket = new WebSocket(endpoint.url, offered, {
    origin,
    handshakeTimeout: endpoint.timeout,
    createConnection: () => connection.socket,
  });
  onStart(socket);
  await upgraded(socket, endpoint);
  const { tcp, tls } = connection;
  return { socket, handshake: { tcp, tls, upgrade: endpoint.clock.now() - start } };
}

function upgraded(socket: WebSocket, endpoint: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_, { statusCode = 0 }: IncomingMessage) => {
      socket.terminate();
      reject(new CommandError(rejection(endpoint.url, statusCode)));
    });
    // Remains for the socket's lifetime. A later failure shows as missing frames.
    socket.on('error', (error: NodeJS.ErrnoException) => reject(handshakeFailure(error, endpoint)));
  });
}

function rejection(url: URL, status: number): string {
  if (status === 401 || status === 403) {
    return `${url.href} rejected the handshake with ${status}. Fix: check the path of --websocket, --origin and --token.`;
  }
  if (status === 429 || status >= 500) {
    return `${url.href} answered the handshake with ${status}. Fix: try again when the server has capacity.`;
  }
  return `${url.href} is not a WebSocket endpoint: it answered the handshake with ${status} instead of 101. Fix: check the host and path.`;
}

function handshakeFailure(error: NodeJS.ErrnoException, endpoint: Endpoint): Error {
  if (error.message === 'Opening handshake has timed out') {
    return new CommandError(
      `${endpoint.url.href} did not answer the handshake within ${endpoint.timeout} ms. Fix: increase --timeout.`,
    );
  }
  // An error that ws itself finds in the response has no code.
  return error.code === undefined
    ? new CommandError(
        `${endpoint.url.href} answered with an invalid handshake: ${error.message}. Fix: check --subprotocol ('' for none).`,
        { cause: error },
      )
    : toCommandError(error, endpoint);
}

/**
 * Gets a ticket for each socket from `POST /v1/tickets`, with the bearer token and the page's origin.
 *
 * @throws {CommandError} if no ticket is issued
 */
export function ticketFrom(api: Endpoint, token: string, origin: string | undefined): () => Promise<string> {
  return async () => {
    const connection = await PersistentConnection.open(api);
    try {
      const headers = { authorization: `Bearer ${token}`, 'content-length': '0', ...(origin && { origin }) };
      const { status, body } = await connection.send({ method: 'POST', path: '/v1/tickets', headers });
      if (status !== 201) {
        throw new CommandError(`${api.url.origin}/v1/tickets answered ${status} instead of 201. Fix: check --token.`);
      }
      return (JSON.parse(body) as { ticket: string }).ticket;
    } finally {
      connection.close();
    }
  };
}
