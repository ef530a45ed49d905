import { type RawData, WebSocket } from 'ws';
import type { Connection, Opened } from '../../lambda/realtime/ports';
import type { Principal } from '../../lambda/realtime/principal';
import { take } from '../../lambda/realtime/rate-limit';
import type { OpenSocket } from '../../lambda/realtime/sockets';
import { Closing, type SocketLimits } from './limits';

export interface ClientSocketOptions {
  readonly connection: Connection;
  readonly opened: Pick<Opened, 'principal' | 'fullAt'>;
  readonly limits: SocketLimits;
  /** Answers a text of the client. */
  readonly answer: (text: string) => Promise<string>;
  /** Is called once, when the socket can no longer send. */
  readonly ended: () => void;
}

const TEXT = { binary: false };

/** The socket of a client, with its limits. */
export class ClientSocket implements OpenSocket {
  readonly principal: Principal;
  fullAt: number;

  private activeAt = Date.now();
  /** Number of frames that are being answered. */
  private answering = 0;
  private closesAfterAnswer = false;
  private ended = false;
  /** Time at which the authorization expires, in milliseconds since 1970. */
  private readonly expiresAt: number;
  private readonly tooOld: NodeJS.Timeout;
  /** Disconnects a client that does not answer the close frame. */
  private cut: NodeJS.Timeout | undefined;
  /** Time at which the bucket of pings and pongs is full, in milliseconds since 1970. */
  private controlFullAt = 0;

  constructor(
    private readonly webSocket: WebSocket,
    private readonly options: ClientSocketOptions,
  ) {
    const { connection, opened, limits } = options;
    this.principal = opened.principal;
    this.fullAt = opened.fullAt;
    this.expiresAt = this.principal.expiresAt * 1000;
    const tooOldAt = connection.connectedAt + limits.ageMs;
    this.tooOld = setTimeout(
      () => this.close(this.expiresAt < tooOldAt ? Closing.EXPIRED : Closing.GOING_AWAY),
      Math.max(0, Math.min(this.expiresAt, tooOldAt) - Date.now()),
    );
    webSocket.on('message', (data, isBinary) => this.receive(data, isBinary));
    webSocket.on('ping', () => this.receiveControl());
    webSocket.on('pong', () => this.receiveControl());
    // `ws` closes the socket with the right code. The event `close` follows.
    webSocket.on('error', () => undefined);
    webSocket.on('close', () => {
      clearTimeout(this.cut);
      this.end();
    });
  }

  send(frame: Buffer | string): void {
    if (this.webSocket.readyState !== WebSocket.OPEN || !this.isKeepingUp()) {
      return;
    }
    this.active();
    if (this.activeAt >= this.expiresAt) {
      // The timer is late, because the process was busy or paused.
      this.close(Closing.EXPIRED);
      return;
    }
    this.webSocket.send(frame, TEXT);
  }

  /** Closes the socket. Nothing is sent or answered after this. */
  close({ code, reason }: { readonly code: number; readonly reason: string }): void {
    this.webSocket.close(code, reason);
    // `ws` would read everything that a client sends instead of its close frame, for 30 s.
    this.cut ??= setTimeout(() => this.webSocket.terminate(), this.options.limits.closeMs);
    this.end();
  }

  restart(): void {
    this.close(Closing.GOING_AWAY);
  }

  closeAfterAnswer(): void {
    this.closesAfterAnswer = true;
    this.closeIfAnswered();
  }

  /** Closes the socket if it had no traffic for too long. @param now in milliseconds since 1970 */
  closeIfIdle(now: number): void {
    if (now - this.activeAt > this.options.limits.idleMs) {
      this.close(Closing.GOING_AWAY);
    }
  }

  /** Disconnects a client that reads too slowly. @returns false if it was disconnected */
  private isKeepingUp(): boolean {
    if (this.webSocket.bufferedAmount <= this.options.limits.bufferedBytes) {
      return true;
    }
    // A close frame would wait behind everything that the client does not read.
    this.disconnect();
    return false;
  }

  private disconnect(): void {
    this.webSocket.terminate();
    this.end();
  }

  /** Counts a ping or a pong of WebSocket itself. `ws` answers a ping with a pong, which waits to be sent like a frame. */
  private receiveControl(): void {
    const taken = take(this.controlFullAt, Date.now(), this.options.limits.controlFrames);
    if ('retryAfter' in taken) {
      this.disconnect();
    } else {
      this.controlFullAt = taken.fullAt;
      if (this.isKeepingUp()) {
        this.active();
      }
    }
  }

  private receive(data: RawData, isBinary: boolean): void {
    // A client that goes on sending cannot prevent that it is closed.
    if (this.ended || this.closesAfterAnswer) {
      return;
    }
    if (isBinary) {
      this.close(Closing.BINARY);
      return;
    }
    this.active();
    void this.answer(data.toString());
  }

  private async answer(text: string): Promise<void> {
    this.answering += 1;
    this.send(await this.options.answer(text));
    this.answering -= 1;
    this.closeIfAnswered();
  }

  private closeIfAnswered(): void {
    if (this.closesAfterAnswer && this.answering === 0) {
      this.close(Closing.REFUSED);
    }
  }

  private active(): void {
    this.activeAt = Date.now();
  }

  private end(): void {
    if (!this.ended) {
      this.ended = true;
      clearTimeout(this.tooOld);
      this.options.ended();
    }
  }
}
