import { backoffDelay } from './backoff';
import type { Json, Message } from './protocol';
import { type Code, TwinlaneError } from './error';
import type { History } from './sequence';
import type { HttpResponse, Settings } from './options';

/** A published message without its data: position, id and time. */
export type Published = Omit<Message, 'data'>;

/** A ticket. Both times are of the server's clock, in ISO 8601. */
export interface Ticket {
  ticket: string;
  /** 30 seconds after the response, or less if the token expires sooner. */
  expiresAt: string;
  /** End of the authorization of the connection that the ticket opens. */
  authorizedUntil?: string;
}

/** Maximum number of concurrent reads of history. */
const MAX_READS = 4;

/** Requests to the HTTP lane. All are idempotent, so temporary failures are retried, with full jitter. */
export class Http {
  private readonly closed = new AbortController();
  private readonly reads = new Map<string, Promise<History>>();
  private readonly waiting: (() => void)[] = [];
  private reading = 0;
  private bearer: Promise<string> | undefined;

  constructor(private readonly settings: Settings) {}

  publish(topic: string, data: Json, id: string, signal?: AbortSignal): Promise<Published> {
    const body = JSON.stringify({ data, id });
    return this.request('POST', messagesOf(topic), this.settings.publishWithin, body, signal);
  }

  /** Reads a page of history. Concurrent calls for the same page share one request; at most {@link MAX_READS} run at a time. */
  history(topic: string, after: number): Promise<History> {
    const path = `${messagesOf(topic)}?after=${after}`;
    const shared = this.reads.get(path);
    if (shared) {
      return shared;
    }
    const read = this.read(path).finally(() => this.reads.delete(path));
    this.reads.set(path, read);
    return read;
  }

  /** Gets a ticket, without retries. @returns a ticket that opens one connection, within 30 seconds. */
  ticket(): Promise<Ticket> {
    return this.request('POST', '/v1/tickets', 0);
  }

  /** Makes the next request get a new token. */
  renew(): void {
    this.bearer = undefined;
  }

  /**
   * Sends a `HEAD` to the URL of a publish, with its headers. The browser then has a connection, and caches the preflight
   * by URL: one preflight response allows every method and header that it lists
   * (https://fetch.spec.whatwg.org/#cors-preflight-fetch). Ignores errors: the publish that follows reports them.
   */
  async warm(topic: string): Promise<void> {
    await this.attempt('HEAD', messagesOf(topic), this.closed.signal);
  }

  /** Aborts every request. */
  close(): void {
    this.closed.abort();
  }

  private async read(path: string): Promise<History> {
    while (this.reading >= MAX_READS) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.reading += 1;
    try {
      return await this.request('GET', path, this.settings.publishWithin);
    } finally {
      this.reading -= 1;
      this.waiting.shift()?.();
    }
  }

  /** Retries until success or a permanent failure. Throws a {@link TwinlaneError}, or the reason of the signal. */
  private async request<T>(
    method: string,
    path: string,
    within: number,
    body?: string,
    signal: AbortSignal = this.closed.signal,
  ): Promise<T> {
    const { clock, retry, token } = this.settings;
    const stop = AbortSignal.any([signal, this.closed.signal]);
    const deadline = clock.now() + within;
    let renewed = !token;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.attempt<T>(method, path, stop, body);
      stop.throwIfAborted();
      if ('value' in outcome) {
        return outcome.value;
      }
      if (outcome.code === 'unauthorized' && !renewed) {
        renewed = true;
        continue;
      }
      const delay = (outcome.retryAfter ?? 0) * 1000 + backoffDelay(attempt, retry, clock.random());
      if (!outcome.transient || clock.now() + delay > deadline) {
        throw outcome;
      }
      await this.wait(delay, stop);
    }
  }

  /** Sends one request, and aborts it after `answerWithin`. */
  private async attempt<T>(
    method: string,
    path: string,
    stop: AbortSignal,
    body?: string,
  ): Promise<{ value: T } | TwinlaneError> {
    const { httpUrl, clock, fetch, answerWithin, token } = this.settings;
    const timeout = new AbortController();
    const timer = clock.setTimeout(() => timeout.abort(), answerWithin);
    const signal = AbortSignal.any([stop, timeout.signal]);
    const headers: Record<string, string> = method === 'GET' ? {} : { 'content-type': 'application/json' };
    let bearer: Promise<string> | undefined;
    try {
      if (token) {
        this.bearer ??= Promise.resolve(token());
        bearer = this.bearer;
        headers.authorization = `Bearer ${await bearer}`;
      }
      const response = await fetch(new URL(path, httpUrl).href, { method, headers, body, signal });
      if (response.ok) {
        return { value: (await response.json()) as T };
      }
      if (response.status === 401) {
        this.discard(bearer);
      }
      return await errorOf(response);
    } catch (cause) {
      this.discard(bearer);
      return new TwinlaneError('unavailable', 'The request could not be completed', undefined, undefined, { cause });
    } finally {
      clock.clearTimeout(timer);
    }
  }

  /** Discards the token, so that the next request gets a new one. Does nothing if another request has replaced it. */
  private discard(bearer: Promise<string> | undefined): void {
    if (this.bearer === bearer) {
      this.bearer = undefined;
    }
  }

  private wait(milliseconds: number, stop: AbortSignal): Promise<void> {
    const { clock } = this.settings;
    return new Promise((resolve, reject) => {
      const abort = () => {
        clock.clearTimeout(timer);
        reject(stop.reason);
      };
      const timer = clock.setTimeout(() => {
        stop.removeEventListener('abort', abort);
        resolve();
      }, milliseconds);
      stop.addEventListener('abort', abort);
    });
  }
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
  return new TwinlaneError(code as Code, detail, Number(response.headers.get('retry-after')) || undefined);
}
