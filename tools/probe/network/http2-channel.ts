import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2';
import type { Socket } from 'node:net';
import { type Channel, ChannelEnded, headersOf, type Request, type Response, textOf, TimedOut } from './channel';
import type { Endpoint } from './endpoint';

/** HTTP/2 on an open connection. */
export class Http2Channel implements Channel {
  endedAt: number | undefined;
  private readonly session: ClientHttp2Session;
  private answered = false;

  constructor(
    private readonly endpoint: Endpoint,
    socket: Socket,
  ) {
    const end = () => {
      this.endedAt ??= endpoint.clock.now();
    };
    this.session = connect(endpoint.url, { createConnection: () => socket })
      .once('goaway', end)
      .once('close', end)
      .on('error', end);
    socket.once('end', end).once('close', end);
  }

  async send(what: Request): Promise<Response> {
    const { clock, timeout, url } = this.endpoint;
    const { host, ...headers } = headersOf(what, this.endpoint);
    const start = clock.now();
    const pausedBefore = clock.paused;
    let stream: ClientHttp2Stream | undefined;
    const timer = setTimeout(() => stream?.destroy(new TimedOut()), timeout);
    try {
      stream = this.session.request(
        { ':method': what.method, ':path': what.path, ':scheme': 'https', ':authority': host ?? url.host, ...headers },
        { endStream: what.body === undefined },
      );
      if (what.body !== undefined) {
        stream.end(what.body);
      }
      const { ':status': status = 0, ...received } = await headOf(stream);
      const ms = clock.now() - start;
      const pause = clock.paused - pausedBefore;
      const body = await textOf(stream);
      this.answered = true;
      return { ms, pause, status, reason: '', httpVersion: '2.0', headers: received, body };
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (this.answered && (this.endedAt !== undefined || ENDED.has(code) || isRefused(stream))) {
        throw new ChannelEnded(code, { cause: error });
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.session.destroy();
  }
}

/** Error codes of a request on a session that has ended. */
const ENDED = new Set(['ECONNRESET', 'EPIPE', 'ERR_HTTP2_GOAWAY_SESSION', 'ERR_HTTP2_INVALID_SESSION']);

/** True if the server has not processed the request, and a browser sends it again. */
function isRefused(stream: ClientHttp2Stream | undefined): boolean {
  return stream?.rstCode === constants.NGHTTP2_REFUSED_STREAM;
}

/** Waits for the head of the response. A stream that closes without one has no error, unless the server sent one. */
async function headOf(stream: ClientHttp2Stream): Promise<IncomingHttpHeaders & IncomingHttpStatusHeader> {
  const closed = once(stream, 'close').then(() => {
    throw Object.assign(new Error('closed'), { code: 'ECONNRESET' });
  });
  // It also rejects after the response, when nobody waits for it.
  closed.catch(() => undefined);
  const [head] = await Promise.race([once(stream, 'response'), closed]);
  return head;
}
