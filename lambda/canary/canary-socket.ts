import { WebSocket } from 'ws';
import { type ClientFrame, PROTOCOL } from '../../client/protocol';
import { CheckFailure, plainUrl, wordsOf } from './check-failure';

/** A frame that arrived, as JSON, with its time in milliseconds of `performance.now`. */
export interface Arrival {
  readonly frame: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/** Maximum bytes of a frame. The lane sends up to 32,768, and API Gateway up to 131,072. */
const MOST_BYTES = 131_072;

/** `ws` reports an invalid answer of a handshake as an error without a code. */
const INVALID = 'answered the handshake with an invalid response';

/** A socket of the WebSocket lane. */
export class CanarySocket {
  private readonly listeners = new Set<(arrival: Arrival) => void>();

  private constructor(
    private readonly socket: WebSocket,
    private readonly url: string,
  ) {
    socket.on('message', (bytes) => {
      const at = performance.now();
      const frame = parsed(String(bytes));
      if (frame) {
        this.listeners.forEach((listener) => listener({ frame, at }));
      }
    });
    // `close` follows.
    socket.on('error', () => undefined);
  }

  /**
   * Opens a socket.
   *
   * @param url - `wss://ws.example.com`
   * @param ticket - none without authentication
   * @returns the socket, or the status with which the handshake was refused. Throws CheckFailure without an answer
   */
  static open(url: string, ticket: string | undefined, signal: AbortSignal): Promise<CanarySocket | number> {
    const name = `WebSocket ${plainUrl(url)}`;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(new CheckFailure(`${name}: ${wordsOf(error)}`));
      let socket: WebSocket;
      try {
        const protocols = ticket === undefined ? [PROTOCOL] : [PROTOCOL, `ticket.${ticket}`];
        socket = new WebSocket(url, protocols, { perMessageDeflate: false, maxPayload: MOST_BYTES });
      } catch {
        reject(new CheckFailure(`${name}: invalid URL`));
        return;
      }
      const abort = () => {
        fail(signal.reason);
        socket.terminate();
      };
      const settled = () => signal.removeEventListener('abort', abort);
      signal.addEventListener('abort', abort, { once: true });
      socket.once('close', settled);
      socket.on('error', (error) => fail('code' in error ? error : new CheckFailure(INVALID)));
      socket.once('unexpected-response', (request, { statusCode = 0 }) => {
        resolve(statusCode);
        settled();
        request.destroy();
      });
      socket.once('open', () => {
        settled();
        if (socket.protocol === PROTOCOL) {
          resolve(new CanarySocket(socket, url));
        } else {
          reject(new CheckFailure(`${name}: did not select the subprotocol ${PROTOCOL}`));
          socket.terminate();
        }
      });
      if (signal.aborted) {
        abort();
      }
    });
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** @returns the first frame from now on that matches. Throws CheckFailure if none arrives */
  arrival(awaited: string, matches: (frame: Arrival['frame']) => boolean, signal: AbortSignal): Promise<Arrival> {
    return new Promise<Arrival>((resolve, reject) => {
      const end = () => {
        this.listeners.delete(listener);
        this.socket.off('close', closed);
        signal.removeEventListener('abort', abort);
      };
      const fail = (what: string) => {
        end();
        reject(new CheckFailure(`WebSocket ${plainUrl(this.url)}: ${what}`));
      };
      const listener = (arrival: Arrival) => {
        if (matches(arrival.frame)) {
          end();
          resolve(arrival);
        }
      };
      const closed = (code: number) => fail(`closed with code ${code} before ${awaited}`);
      const abort = () => fail(`${awaited}: ${wordsOf(signal.reason)}`);
      this.listeners.add(listener);
      this.socket.on('close', closed);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) {
        abort();
      } else if (!this.isOpen) {
        fail(`closed before ${awaited}`);
      }
    });
  }

  /** Sends a frame. @returns the frame that answers it */
  async ask(frame: ClientFrame & { ref: string }, signal: AbortSignal): Promise<Arrival['frame']> {
    const answer = this.arrival(`the answer of a ${frame.action}`, ({ ref }) => ref === frame.ref, signal);
    this.socket.send(JSON.stringify(frame), () => undefined);
    return (await answer).frame;
  }

  /** Closes the socket, so that the lane frees what belongs to it. @param limit - milliseconds to wait for the server */
  close(limit: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState === WebSocket.CLOSED) {
        resolve();
        return;
      }
      const timer = setTimeout(() => this.socket.terminate(), limit);
      this.socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.socket.close(1000);
    });
  }
}

function parsed(text: string): Arrival['frame'] | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === 'object' && frame !== null ? { ...frame } : undefined;
  } catch {
    return undefined;
  }
}
