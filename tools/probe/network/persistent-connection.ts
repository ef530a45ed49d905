import type { Exchange } from '../measurements';
import { announcesEnd, type Channel, ChannelEnded, type Request, type Response } from './channel';
import { type Connection, connect, HTTP_PROTOCOLS } from './connection';
import type { Endpoint } from './endpoint';
import { failed, startAt } from './failed';
import { toCommandError } from './failure';
import { Http1Channel } from './http1-channel';
import { Http2Channel } from './http2-channel';
import { serverTiming } from './server-timing';

export interface Answered extends Exchange, Omit<Response, 'ms' | 'pause' | 'status' | 'transfer'> {}

/** Milliseconds after a response in which an end of the connection belongs to it. Usually it is in the same packet. */
const CLOSING_TIME = 3;

/** A connection that several requests use, as in a browser. Opened again if the server ends it. */
export class PersistentConnection {
  private channel: Channel;

  private constructor(
    private readonly endpoint: Endpoint,
    readonly first: Connection,
  ) {
    this.channel = channelOf(endpoint, first);
  }

  /** Opens a connection with HTTP/2 if the server has it, and otherwise with HTTP/1.1, as browsers do. */
  static async open(endpoint: Endpoint, session?: Buffer): Promise<PersistentConnection> {
    return new PersistentConnection(endpoint, await connect(endpoint, session, HTTP_PROTOCOLS));
  }

  /** Clock time at which the server ended the idle connection. Undefined while it is open. */
  get endedAt(): number | undefined {
    return this.channel.endedAt;
  }

  /** @throws {CommandError} if there is no response, or none that is HTTP */
  async send(what: Request): Promise<Answered> {
    return this.sent(what, true);
  }

  /**
   * Like {@link send}, but resolves with the reason as `failure`. Rejects only after the signal.
   *
   * @param goesOn false for the last request: `closed` is then true only if the response announces the end
   */
  async attempt(what: Request, goesOn = true): Promise<Exchange> {
    const start = startAt(this.endpoint);
    try {
      return exchangeOf(await this.sent(what, goesOn));
    } catch (error) {
      return failed(error, start, this.endpoint);
    }
  }

  close(): void {
    this.channel.close();
    this.first.socket.destroy();
  }

  private async sent(what: Request, goesOn: boolean): Promise<Answered> {
    try {
      return await this.exchange(what, goesOn);
    } catch (error) {
      throw toCommandError(error as NodeJS.ErrnoException, this.endpoint);
    }
  }

  private async exchange(what: Request, goesOn: boolean): Promise<Answered> {
    const { clock } = this.endpoint;
    const at = clock.now();
    const pausedBefore = clock.paused;
    const reopen = async () => {
      await this.reopen();
      return { opening: clock.now() - at, paused: clock.paused - pausedBefore };
    };
    let before = { opening: 0, paused: 0 };
    if (this.channel.endedAt !== undefined) {
      before = await reopen();
    }
    let response: Response;
    try {
      response = await this.channel.send(what);
    } catch (error) {
      if (!(error instanceof ChannelEnded)) {
        throw error;
      }
      // The server ended the connection while the request was in flight. A browser sends it again on a new one.
      before = await reopen();
      response = await this.channel.send(what);
    }
    const { opening, paused } = before;
    const timing = serverTiming(response.headers['server-timing']);
    const closed = announcesEnd(response) || (goesOn && (await this.endsSoon()));
    return {
      ...response,
      at,
      opening,
      pause: paused + response.pause,
      closed,
      ...(timing && { serverTiming: timing }),
    };
  }

  private async reopen(): Promise<void> {
    this.channel.close();
    const connection = await connect(this.endpoint, undefined, HTTP_PROTOCOLS);
    this.channel = channelOf(this.endpoint, connection);
  }

  /** Waits a moment for the end of the connection after a response. */
  private async endsSoon(): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, CLOSING_TIME));
    // Data that has arrived is read after timers and before this.
    await new Promise(setImmediate);
    return this.channel.endedAt !== undefined;
  }
}

/** The exchange without the content of the response. */
export function exchangeOf({ at, ms, opening, transfer, status, closed, pause, ...rest }: Answered): Exchange {
  const { serverTiming: timing } = rest;
  return { at, ms, opening, transfer, status, closed, pause, ...(timing && { serverTiming: timing }) };
}

function channelOf(endpoint: Endpoint, { socket, protocol }: Connection): Channel {
  return protocol === 'h2' ? new Http2Channel(endpoint, socket) : new Http1Channel(endpoint, socket);
}
