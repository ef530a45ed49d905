import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { CheckFailure, plainUrl, wordsOf } from './check-failure';
import { within } from './within';

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Milliseconds from the start of the request to the end of the response. */
  readonly duration: number;
  /** True if the request used the connection of an earlier one. */
  readonly reused: boolean;
}

/** Maximum bytes of a response. Those that the canary requests have some hundreds. */
const MOST_BYTES = 65_536;

/** Sends requests to one server, one after the other, on one connection that stays open. */
export class HttpRequests {
  private readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };

  /** @param limit - milliseconds of a request */
  constructor(private readonly limit: number) {
    const options = { keepAlive: true, maxSockets: 1 };
    this.agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  }

  /** @returns the response, with any status. Throws CheckFailure without one */
  async send(request: Request, signal?: AbortSignal): Promise<Answer> {
    try {
      return await within(this.limit, (limited) => this.attempts(request, limited), signal);
    } catch (error) {
      throw new CheckFailure(`${nameOf(request)}: ${wordsOf(error)}`);
    }
  }

  /** Closes the connection. */
  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  /** A server can close an idle connection just before it gets a request. Clients then send it again on a new connection. */
  private async attempts(request: Request, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.attempt(request, signal);
    } catch (error) {
      if (error instanceof ClosedWhileIdle) {
        return this.attempt(request, signal);
      }
      throw error;
    }
  }

  private attempt({ method, url, headers = {}, body = '' }: Request, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const start = performance.now();
      const secure = new URL(url).protocol === 'https:';
      const agent = secure ? this.agents.https : this.agents.http;
      const length = method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
      const sent = (secure ? requestHttps : requestHttp)(url, { method, headers: { ...headers, ...length }, agent });
      const abort = () => {
        reject(signal.reason);
        sent.destroy();
      };
      signal.addEventListener('abort', abort, { once: true });
      sent.once('close', () => signal.removeEventListener('abort', abort));
      sent.on('error', (error: NodeJS.ErrnoException) =>
        reject(sent.reusedSocket && error.code === 'ECONNRESET' ? new ClosedWhileIdle(error.code) : error),
      );
      sent.on('response', (response) => {
        read(response).then((text) => {
          const duration = performance.now() - start;
          resolve({ status: response.statusCode ?? 0, body: text, duration, reused: sent.reusedSocket });
        }, reject);
      });
      sent.end(body);
    });
  }
}

class ClosedWhileIdle extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

async function read(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    bytes += part.length;
    if (bytes > MOST_BYTES) {
      throw new CheckFailure(`a response of more than ${MOST_BYTES} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** @returns the request in a reason: `GET https://api.example.com/health` */
export function nameOf({ method, url }: Request): string {
  return `${method} ${plainUrl(url)}`;
}
