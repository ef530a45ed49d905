import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { CommandError } from '../cli';
import { connect, sentence } from './connection';
import { KeptConnection } from './kept-connection';
import type { SocketHandshake } from './measurements';
import type { Place } from './place';

/** How a client opens a socket. */
export interface Opening {
  /** Empty for none. */
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
 * @param begun gets the socket before the server has answered
 * @throws {CommandError} if the handshake is refused, or its answer is no WebSocket's
 */
export async function openSocket(
  place: Place,
  { subprotocol, origin, ticket }: Opening,
  begun: (socket: WebSocket) => void = () => undefined,
): Promise<OpenSocket> {
  const offered = [...(subprotocol ? [subprotocol] : []), ...(ticket ? [`ticket.${await ticket()}`] : [])];
  const connection = await connect(place);
  const start = place.clock.now();
  const socket = new WebSocket(place.url, offered, {
    origin,
    handshakeTimeout: place.timeout,
    createConnection: () => connection.socket,
  });
  begun(socket);
  await upgraded(socket, place);
  const { tcp, tls } = connection;
  return { socket, handshake: { tcp, tls, upgrade: place.clock.now() - start } };
}

function upgraded(socket: WebSocket, place: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_, { statusCode = 0 }: IncomingMessage) => {
      socket.terminate();
      reject(new CommandError(refusal(place.url, statusCode)));
    });
    // Stays for the socket's life: what breaks later shows as frames that do not come.
    socket.on('error', (error: NodeJS.ErrnoException) => reject(handshakeFailure(error, place)));
  });
}

function refusal(url: URL, status: number): string {
  if (status === 401 || status === 403) {
    return `${url.href} refuses the handshake with ${status}: is the --origin allowed, and does it need a --token?`;
  }
  if (status === 429 || status >= 500) {
    return `${url.href} answers the handshake with ${status}: it cannot serve sockets for the moment`;
  }
  return `${url.href} is not a WebSocket: it answers the handshake with ${status}, not with 101`;
}

function handshakeFailure(error: NodeJS.ErrnoException, place: Place): Error {
  if (error.message === 'Opening handshake has timed out') {
    return new CommandError(`${place.url.href} did not answer the handshake within ${place.timeout} ms`);
  }
  // What ws itself finds wrong with an answer has no code.
  return error.code === undefined
    ? new CommandError(`${place.url.href} is not a WebSocket as asked for: ${error.message}`, { cause: error })
    : sentence(error, place);
}

/**
 * Gets tickets where sockets are authenticated: `POST /v1/tickets` with the bearer token, from the page whose sockets
 * they will open.
 *
 * @throws {CommandError} if there is none to get
 */
export function ticketFrom(api: Place, token: string, origin: string | undefined): () => Promise<string> {
  return async () => {
    const connection = await KeptConnection.open(api);
    try {
      const headers = { authorization: `Bearer ${token}`, 'content-length': '0', ...(origin && { origin }) };
      const { status, body } = await connection.send({ method: 'POST', path: '/v1/tickets', headers });
      if (status !== 201) {
        throw new CommandError(`${api.url.origin}/v1/tickets answers ${status}, not 201: is the --token good?`);
      }
      return (JSON.parse(body) as { ticket: string }).ticket;
    } finally {
      connection.close();
    }
  };
}
