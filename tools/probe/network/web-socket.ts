import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { CommandError } from '../../cli';
import type { SocketHandshake } from '../measurements';
import { TimedOut } from './channel';
import { connect } from './connection';
import type { Endpoint } from './endpoint';
import { handshakeFailure, rejection } from './handshake-failure';

/** Options for opening a socket. */
export interface Opening {
  /** Subprotocol; empty for none. */
  readonly subprotocol: string;
  readonly origin?: string;
  readonly cookie?: string;
  /** Gets a ticket for each socket; see `ticketsFrom`. */
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
  opening: Opening,
  onStart: (socket: WebSocket) => void = () => undefined,
): Promise<OpenSocket> {
  const { subprotocol, origin, cookie, ticket } = opening;
  const offered = [...(subprotocol ? [subprotocol] : []), ...(ticket ? [`ticket.${await ticket()}`] : [])];
  const connection = await connect(endpoint);
  const start = endpoint.clock.now();
  const socket = new WebSocket(endpoint.url, offered, {
    origin,
    ...(cookie !== undefined && { headers: { cookie } }),
    createConnection: () => connection.socket,
  });
  onStart(socket);
  await upgraded(socket, endpoint, opening);
  const { tcp, tls } = connection;
  return { socket, handshake: { tcp, ...(tls !== undefined && { tls }), upgrade: endpoint.clock.now() - start } };
}

function upgraded(socket: WebSocket, endpoint: Endpoint, { subprotocol, origin }: Opening): Promise<void> {
  const sent = { url: endpoint.url, subprotocol, origin };
  let chosen: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  return new Promise<void>((resolve, reject) => {
    // The timeout of ws has no effect on a connection that is open already.
    timer = setTimeout(() => {
      reject(handshakeFailure(new TimedOut(), endpoint, sent, chosen));
      socket.terminate();
    }, endpoint.timeout);
    socket.once('open', resolve);
    socket.once('upgrade', ({ headers }: IncomingMessage) => {
      chosen = headers['sec-websocket-protocol'];
    });
    socket.once('unexpected-response', (_, { statusCode = 0, headers }: IncomingMessage) => {
      socket.terminate();
      reject(new CommandError(rejection(sent, statusCode, headers)));
    });
    // Remains for the socket's lifetime. A later failure shows as missing frames.
    socket.on('error', (error: NodeJS.ErrnoException) => reject(handshakeFailure(error, endpoint, sent, chosen)));
  }).finally(() => clearTimeout(timer));
}
