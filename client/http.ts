import { backoffDelay } from '../lambda/realtime/backoff';
import type { Json, Message } from '../lambda/realtime/protocol';
import { type Code, TwinlaneError } from './error';
import type { History } from './sequence';
import type { HttpResponse, Settings } from './settings';

/** Where a message stands that was published. */
export type Published = Omit<Message, 'data'>;

/** Pages of history that are read at the same time. */
const READS = 4;

/** The HTTP lane. What may succeed later is repeated with full jitter, which is safe: every request here may be repeated. */
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

  /** Reads a page. Those who ask for the same one meanwhile share it; a few are read at the same time. */
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

  /** Asks once. @returns what opens one connection, within half a minute. */
  async ticket(): Promise<string> {
    return (await this.request<{ ticket: string }>('POST', '/v1/tickets', 0)).ticket;
  }

  /**
   * Asks the URL of a publish with its headers. The browser then has a connection, and remembers the preflight, which is
   * of a URL: an answer to one allows every method and header that it lists
   * (https://fetch.spec.whatwg.org/#cors-preflight-fetch). What is wrong is told by the publish that follows.
   */
  async warm(topic: string): Promise<void> {
    await this.attempt('HEAD', messagesOf(topic), this.closed.signal);
  }

  /** Ends every request that is under way. */
  close(): void {
    this.closed.abort();
  }

  private async read(path: string): Promise<History> {
    while (this.reading >= READS) {
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

  /** Repeats until it succeeds or cannot; throws a {@link TwinlaneError}, or the reason of the signal. */
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

  /** Sends one request, and gives it up when it is not answered. */
  private async attempt<T>(
    method: string,
    path: string,
    stop: AbortSignal,
    body?: string,
  ): Promise<{ value: T } | TwinlaneError> {
    const { api, clock, fetch, answerWithin, token } = this.settings;
    const late = new AbortController();
    const timer = clock.setTimeout(() => late.abort(), answerWithin);
    const signal = AbortSignal.any([stop, late.signal]);
    const headers: Record<string, string> = method === 'GET' ? {} : { 'content-type': 'application/json' };
    let bearer: Promise<string> | undefined;
    try {
      if (token) {
        this.bearer ??= Promise.resolve(token());
        bearer = this.bearer;
        headers.authorization = `Bearer ${await bearer}`;
      }
      const response = await fetch(new URL(path, api).href, { method, headers, body, signal });
      if (response.ok) {
        return { value: (await response.json()) as T };
      }
      if (response.status === 401) {
        this.forget(bearer);
      }
      return await errorOf(response);
    } catch (cause) {
      this.forget(bearer);
      return new TwinlaneError('unavailable', 'There was no answer', undefined, undefined, { cause });
    } finally {
      clock.clearTimeout(timer);
    }
  }

  /** Has the token asked for anew, unless it was already. */
  private forget(bearer: Promise<string> | undefined): void {
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

/** What is said by a status when it is not the service that answers, but a load balancer. */
const CODES: Record<number, Code> = {
  401: 'unauthorized',
  403: 'forbidden',
  429: 'rate_limited',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** Reads problem details (RFC 9457). */
async function errorOf(response: HttpResponse): Promise<TwinlaneError> {
  const { type = '', detail = `HTTP ${response.status}` } = (await response.json().catch(() => ({}))) as {
    type?: string;
    detail?: string;
  };
  const [, code = CODES[response.status] ?? 'internal'] = type.match(/^urn:twinlane:problem:(\w+)$/) ?? [];
  return new TwinlaneError(code as Code, detail, Number(response.headers.get('retry-after')) || undefined);
}
