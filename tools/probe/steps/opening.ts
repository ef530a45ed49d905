import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { CommandError } from '../../cli';
import type { SocketHandshake } from '../measurements';
import { portOf, type Endpoint } from '../network/endpoint';
import { openSocket, type Opening, ticketFrom } from '../network/web-socket';
import type { Context } from './context';

/** Milliseconds after a greeting in which the server can do what it does for a new socket. */
const AFTER_GREETING = 100;

/** Opens the sockets of the plan, as the page does. Undefined if the plan has none. */
export function opener({ plan, server, socketServer }: Context): Opener | undefined {
  if (!plan.socket || !socketServer) {
    return undefined;
  }
  const { subprotocol, origin, greeting, tickets } = plan.socket;
  const token = plan.request.headers.authorization?.replace(/^Bearer /i, '') ?? '';
  const opening: Opening = {
    subprotocol,
    ...(origin && { origin }),
    ...(tickets && { ticket: ticketFrom(issuer(tickets, server), token, origin) }),
  };
  return new Opener(socketServer, opening, greeting);
}

/** Opens sockets, and sends the greeting on each. */
export class Opener {
  constructor(
    private readonly endpoint: Endpoint,
    private readonly opening: Opening,
    private readonly greeting: string | undefined,
  ) {}

  /**
   * Opens a socket without a greeting.
   *
   * @param onStart called when the handshake is about to be sent
   * @throws {CommandError} if the server rejects it
   */
  handshake(
    onStart?: (socket: WebSocket) => void,
  ): Promise<{ readonly socket: WebSocket; readonly handshake: SocketHandshake }> {
    return openSocket(this.endpoint, this.opening, onStart);
  }

  /** Opens a socket, sends the greeting, and gives the server time for it. @throws {CommandError} if the server rejects it */
  async open(onStart?: (socket: WebSocket) => void): Promise<WebSocket> {
    const { socket } = await this.handshake(onStart);
    if (this.greeting !== undefined && socket.readyState === socket.OPEN) {
      socket.send(this.greeting);
      await sleep(AFTER_GREETING, undefined, { signal: this.endpoint.signal });
    }
    return socket;
  }
}

/** The endpoint that issues tickets: the server of the page's request, which was located already. */
function issuer(tickets: URL, server: Endpoint): Endpoint {
  if (tickets.hostname !== server.url.hostname || portOf(tickets) !== server.port) {
    throw new CommandError(
      `The tickets must come from the server of the request, ${server.url.host}, got ${tickets.host}. Fix: change --tickets.`,
    );
  }
  return { ...server, url: tickets };
}
