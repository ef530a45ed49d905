import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { ConnectionFacts } from './events';
import { FrameMeter } from './frame-meter';
import { type Close, Closing, clientClose } from './gateway-responses';
import type { Limits } from './limits';

/** Receives the events of a connection. */
export interface ConnectionListener {
  /** Called with each complete text message. */
  received(connection: Connection, text: string): void;
  /** Called once, as soon as either side closes. Nothing can be sent after it. */
  ended(connection: Connection, close: Close): void;
}

/** An established connection: its socket, its limits, and the data for `GET @connections`. */
export class Connection {
  /** Time of the last activity in either direction [U], in milliseconds. */
  lastActiveAt: number;

  /** Resolves when the socket is closed, some time after the connection ended. */
  readonly closed: Promise<void>;

  private ended = false;
  private readonly idle: NodeJS.Timeout;
  private readonly tooOld: NodeJS.Timeout;
  private cut: NodeJS.Timeout | undefined;

  /** @param stream - the socket below `webSocket`, from which no data has been read yet */
  constructor(
    readonly facts: ConnectionFacts,
    private readonly webSocket: WebSocket,
    stream: Socket,
    private readonly limits: Limits,
    private readonly listener: ConnectionListener,
  ) {
    this.lastActiveAt = Date.now();
    this.idle = setTimeout(() => this.close(Closing.IDLE), limits.idleMs);
    this.tooOld = setTimeout(() => this.close(Closing.TOO_OLD), limits.durationMs);
    this.closed = new Promise((resolve) => webSocket.once('close', () => resolve()));

    const meter = new FrameMeter();
    // Runs before the listener of ws, so that a frame that is too large closes the connection before it becomes a message.
    stream.prependListener('data', (chunk: Buffer) => {
      if (meter.longest(chunk) > limits.frameBytes) {
        this.close(Closing.TOO_LARGE);
      }
    });
    webSocket.on('message', (data, isBinary) => this.received(data.toString(), isBinary));
    // Pings count as activity [C].
    webSocket.on('ping', () => this.active());
    webSocket.on('error', (error: Error & { code?: string }) => this.end(closeOf(error.code)));
    webSocket.on('close', (code, reason) => {
      clearTimeout(this.cut);
      this.end(clientClose(code, reason.toString()));
    });
  }

  /** Sends a text. @returns `full` if the client's buffer is full, `gone` if the connection is closing: nothing is sent then */
  send(text: string): 'sent' | 'full' | 'gone' {
    if (this.webSocket.readyState !== WebSocket.OPEN) {
      return 'gone';
    }
    if (this.webSocket.bufferedAmount + Buffer.byteLength(text) > this.limits.sendBufferBytes) {
      return 'full';
    }
    this.webSocket.send(text);
    this.active();
    return 'sent';
  }

  /** Ends the connection, and destroys the socket if the client does not answer the close frame in time. */
  close({ code, reason }: Close): void {
    if (this.ended) {
      return;
    }
    this.cut = setTimeout(() => this.webSocket.terminate(), this.limits.closeMs);
    this.webSocket.close(code, reason);
    this.end({ code, reason });
  }

  private received(text: string, isBinary: boolean): void {
    if (this.ended) {
      return;
    }
    if (isBinary) {
      this.close(Closing.BINARY);
      return;
    }
    this.active();
    this.listener.received(this, text);
  }

  private active(): void {
    this.lastActiveAt = Date.now();
    if (!this.ended) {
      this.idle.refresh();
    }
  }

  private end(close: Close): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    clearTimeout(this.idle);
    clearTimeout(this.tooOld);
    this.listener.ended(this, close);
  }
}

/** The close frame that `ws` itself sends for an invalid frame, by the code of its error. */
function closeOf(code: string | undefined): Close {
  switch (code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
      return Closing.TOO_LARGE;
    case 'WS_ERR_INVALID_UTF8':
      return Closing.NOT_UTF8;
    default:
      return Closing.PROTOCOL_ERROR;
  }
}
