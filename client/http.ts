import { backoffDelay } from './backoff';
import { after } from './clock';
import type { Message } from './subscription';
import { type Code, TwinlaneError } from './error';
import { serialize } from './exact-data';
import type { Page } from './sequence';
import type { HttpResponse, Settings } from './options';
import { onAbort, pause } from './signals';
import { type Asked, Token } from './token';

/** A published message without its data: position, id and time. */
export type Published = Omit<Message, 'data'>;

/** A ticket. Both times are of the server's clock, in ISO 8601. */
export interface Ticket {
  ticket: string;
  /** 30 seconds after the response, or less if the token expires sooner. */
  expiresAt: string;
  /** End of the authorization of the connection that the ticket opens. */
  authorizedUntil?: string | undefined;
}

/** A request. `within` is the time for retries, in milliseconds. */
interface Call {
  method: string;
  path: string;
  within: number;
  body?: string;
  signal?: AbortSignal | undefined;
  /** True if the server can have performed it, although no response says so. */
  perhapsDone?: boolean | undefined;
}

/** Maximum number of concurrent reads of history. */
const MAX_READS = 4;

/** Requests to the HTTP lane. All are idempotent, so temporary failures are retried, with full jitter. */
export class Http {
  readonly #settings: Settings;
  readonly #token: Token;
  readonly #pages = new Map<string, Promise<Page>>();
  /** Functions that end the requests. */
  readonly #running = new Set<(error: TwinlaneError) => void>();
  readonly #waiting: (() => void)[] = [];
  #reading = 0;
  #closed = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#token = new Token(settings);
  }

  async publish(topic: string, data: unknown, id: string, signal?: AbortSignal): Promise<Published> {
    const call: Call = { method: 'POST', path: messagesOf(topic), within: this.#settings.publishWithin, signal };
    try {
      call.body = `{"data":${serialize(data)},"id":${JSON.stringify(id)}}`;
      return await this.#request(call);
    } catch (error) {
      if (TwinlaneError.is(error)) {
        error.published = call.perhapsDone ? 'unknown' : 'no';
      }
      throw error;
    }
  }

  /** Reads a page of history. Concurrent calls for the same page share one request; at most {@link MAX_READS} run at a time. */
  page(topic: string, after: number): Promise<Page> {
    const path = `${messagesOf(topic)}?after=${after}`;
    const shared = this.#pages.get(path);
    if (shared) {
      return shared;
    }
    const read = this.#request<Page>({ method: 'GET', path, within: this.#settings.publishWithin }).finally(() =>
      this.#pages.delete(path),
    );
    this.#pages.set(path, read);
    return read;
  }

  /** Gets a ticket, without retries. @returns a ticket that opens one connection, within 30 seconds. */
  ticket(): Promise<Ticket> {
    return this.#request({ method: 'POST', path: '/v1/tickets', within: 0 });
  }

  /** Makes the next request get a new token. */
  renew(): void {
    this.#token.discard(undefined, true);
  }

  /**
   * Sends a `HEAD` to the URL of a publish, with its headers. The browser then has a connection, and caches the preflight
   * by URL: one preflight response allows every method and header that it lists
   * (https://fetch.spec.whatwg.org/#cors-preflight-fetch). Ignores errors: the publish that follows reports them.
   */
  async warm(topic: string): Promise<void> {
    await this.#request({ method: 'HEAD', path: messagesOf(topic), within: 0 }).catch(() => undefined);
  }

  /** Ends every request and forgets the token. */
  end(code: 'signed_out' | 'closed'): void {
    this.#closed ||= code === 'closed';
    this.#token.forget();
    this.#pages.clear();
    for (const end of this.#running) {
      end(endedBy(code));
    }
  }

  /** Rejects with a {@link TwinlaneError}, or with the reason of the caller's signal. */
  #request<T>(call: Call): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = new AbortController();
      const end = (reason: unknown) => {
        reject(reason);
        stop.abort();
      };
      this.#running.add(end);
      // React Native and Safari 15.0 abort without a reason.
      const off = onAbort(call.signal, () => end(call.signal?.reason ?? new Error('Aborted')));
      if (this.#closed) {
        end(endedBy('closed'));
      }
      void this.#attempts<T>(call, stop.signal)
        .then(resolve, reject)
        .finally(() => {
          off();
          this.#running.delete(end);
        });
    });
  }

  /** Retries until success or a permanent failure. After `stop`, the result does not matter. */
  async #attempts<T>(call: Call, stop: AbortSignal): Promise<T> {
    const { clock, retry } = this.#settings;
    const deadline = clock.now() + call.within;
    let renewed = false;
    for (let attempt = 1; !stop.aborted; attempt += 1) {
      const outcome = await (call.method === 'GET' ? this.#read<T>(call, stop) : this.#attempt<T>(call, stop));
      if ('value' in outcome) {
        return outcome.value;
      }
      if (outcome.code === 'unauthorized' && !renewed && this.#settings.token) {
        renewed = true;
        continue;
      }
      const delay = (outcome.retryAfter ?? 0) * 1000 + backoffDelay(attempt, retry, clock.random());
      if (stop.aborted || !outcome.retryable || clock.now() + delay >= deadline) {
        throw outcome;
      }
      await pause(clock, delay, stop);
    }
    return undefined as never;
  }

  async #read<T>(call: Call, stop: AbortSignal): Promise<{ value: T } | TwinlaneError> {
    while (this.#reading >= MAX_READS) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#reading += 1;
    try {
      return await this.#attempt(call, stop);
    } finally {
      this.#reading -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Sends one request, and aborts it after `answerWithin`. */
  async #attempt<T>(call: Call, stop: AbortSignal): Promise<{ value: T } | TwinlaneError> {
    const { httpUrl, clock, fetch, answerWithin, token } = this.#settings;
    const { method, path, body, perhapsDone } = call;
    const headers: Record<string, string> = method === 'GET' ? {} : { 'content-type': 'application/json' };
    let asked: Asked | undefined;
    if (token) {
      asked = this.#token.get();
      try {
        headers['authorization'] = `Bearer ${await asked}`;
      } catch (error) {
        this.#token.discard(asked);
        return error as TwinlaneError;
      }
    }
    const timeout = new AbortController();
    const cancel = after(clock, answerWithin, () => timeout.abort());
    const off = onAbort(stop, () => timeout.abort());
    try {
      call.perhapsDone = true;
      const response = await fetch(urlOf(httpUrl, path), { method, headers, body, signal: timeout.signal });
      if (response.ok) {
        return { value: (await response.json()) as T };
      }
      if (response.status < 500) {
        call.perhapsDone = perhapsDone;
      }
      if (response.status === 401) {
        this.#token.discard(asked, true);
      }
      return await errorOf(response);
    } catch (cause) {
      return new TwinlaneError('unavailable', 'No response. Check httpUrl and the network', { cause });
    } finally {
      cancel();
      off();
    }
  }
}

/** Error of everything that `signOut()` or `close()` ends. */
export function endedBy(code: 'signed_out' | 'closed'): TwinlaneError {
  return new TwinlaneError(
    code,
    code === 'closed' ? 'The client is closed. Fix: create a new TwinlaneClient.' : 'signOut() was called',
  );
}

/** Inserts a path before the query of a URL. `URL` of React Native is incomplete. */
function urlOf(url: string, path: string): string {
  const [base = '', query] = url.split('?');
  return base.replace(/\/+$/, '') + path + (query ? (path.includes('?') ? '&' : '?') + query : '');
}

function messagesOf(topic: string): string {
  return `/v1/topics/${encodeURIComponent(topic)}/messages`;
}

/** Error codes of statuses that come from the load balancer, without problem details of the service. */
const CODES: Record<number, Code> = {
  401: 'unauthorized',
  403: 'forbidden',
  429: 'rate_limited',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** Converts a response with problem details (RFC 9457). */
async function errorOf(response: HttpResponse): Promise<TwinlaneError> {
  const { type = '', detail = `HTTP ${response.status}` } = (await response.json().catch(() => ({}))) as {
    type?: string;
    detail?: string;
  };
  const [, code = CODES[response.status] ?? 'internal'] = type.match(/^urn:twinlane:problem:(\w+)$/) ?? [];
  return new TwinlaneError(code as Code, detail, {
    retryAfter: Number(response.headers.get('retry-after')) || undefined,
  });
}
