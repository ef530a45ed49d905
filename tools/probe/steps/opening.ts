import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { SocketHandshake } from '../measurements';
import type { Endpoint } from '../network/endpoint';
import { openSocket, type Opening } from '../network/web-socket';
import type { Context } from './context';

/** Milliseconds after a greeting in which the server can do what it does for a new socket. */
const AFTER_GREETING = 100;

/** Opens the sockets of the plan, as the page does. Undefined if the plan has none. */
export function opener({ plan, socketServer, opening }: Context): Opener | undefined {
  return socketServer && opening && new Opener(socketServer, opening, plan.socket?.greeting);
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
