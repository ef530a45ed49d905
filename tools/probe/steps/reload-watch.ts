import type { WebSocket } from 'ws';
import type { Endpoint } from '../network/endpoint';
import { openSocket } from '../network/web-socket';
import { endSocket } from './end-socket';
import type { Recognized } from './live-reload';

/** An open WebSocket of a live-reload server, which receives what the page would. */
export class ReloadWatch {
  /** Clock times of the messages that make the page reload. */
  readonly reloads: number[] = [];

  private constructor(private readonly socket: WebSocket) {}

  /** @throws {CommandError} if the server does not open the WebSocket */
  static async open(endpoint: Endpoint, { subprotocol, dialect }: Recognized, origin: string): Promise<ReloadWatch> {
    let watch: ReloadWatch | undefined;
    const { socket } = await openSocket(endpoint, { subprotocol, origin }, (opening) => {
      watch = new ReloadWatch(opening);
      // The first message can follow the handshake immediately.
      opening.on('message', (data) => watch?.receive(String(data), endpoint, dialect));
    });
    if (dialect.greeting !== undefined) {
      socket.send(dialect.greeting);
    }
    return watch ?? new ReloadWatch(socket);
  }

  close(): void {
    endSocket(this.socket);
  }

  private receive(message: string, { clock }: Endpoint, { reply, reloads }: Recognized['dialect']): void {
    const answer = reply?.(message);
    if (answer !== undefined) {
      this.socket.send(answer);
    }
    if (reloads(message)) {
      this.reloads.push(clock.now());
    }
  }
}
