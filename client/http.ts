import { backoffDelay } from './backoff';
import { after } from './clock';
import type { Message } from './subscription';
import { type Code, TwinlaneError } from './error';
import { serialize } from './exact-data';
import type { Page } from './sequence';
import type { HttpResponse, Settings } from './options';
import { onAbort, pause } from './signals';
import { tokensOf } from './token';

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
export interface Http {
  publish(topic: string, data: unknown, id: string, signal?: AbortSignal): Promise<Published>;
  /** Reads a page of history. Concurrent calls for the same page share one request; at most {@link MAX_READS} run at a time. */
  page(topic: string, after: number): Promise<Page>;
  /** Gets a ticket, without retries. @returns a ticket that opens one connection, within 30 seconds. */
  ticket(): Promise<Ticket>;
  /** Makes the next request get a new token. */
  renew(): void;
  /**
   * Sends a `HEAD` to the URL of a publish, with its headers. The browser then has a connection, and caches the preflight
   * by URL: one preflight response allows every method and header that it lists
   * (https://fetch.spec.whatwg.org/#cors-preflight-fetch). Ignores errors: the publish that follows reports them.
   */
  warm(topic: string): Promise<void>;
  /** Ends every request and forgets the token. */
  end(code: 'signed_out' | 'closed'): void;
}

export function httpLane(settings: Settings): Http {
  const { httpUrl, clock, retry, fetch, answerWithin, publishWithin } = settings;
  const tokens = settings.token && tokensOf(settings);
  const pages = new Map<string, Promise<Page>>();
  /** Functions that end the requests. */
  const running = new Set<(error: TwinlaneError) => void>();
  const waiting: (() => void)[] = [];
  let reading = 0;
  let closed = false;

  return {
    async publish(topic, data, id, signal) {
      const call: Call = { method: 'POST', path: messagesOf(topic), within: publishWithin, signal };
      try {
        call.body = `{"data":${serialize(data)},"id":${JSON.stringify(id)}}`;
        return await request(call);
      } catch (error) {
        throw detailed(error, { topic, published: call.perhapsDone ? 'unknown' : 'no' });
      }
    },
    page(topic, after) {
      const path = `${messagesOf(topic)}?after=${after}`;
      const page =
        pages.get(path) ??
        request<Page>({ method: 'GET', path, within: publishWithin })
          .catch((error: unknown) => {
            throw detailed(error, { topic });
          })
          .finally(() => pages.delete(path));
      pages.set(path, page);
      return page;
    },
    ticket: () => request({ method: 'POST', path: '/v1/tickets', within: 0 }),
    renew: () => tokens?.discard(undefined, true),
    warm: (topic) => request<void>({ method: 'HEAD', path: messagesOf(topic), within: 0 }).catch(() => undefined),
    end(code) {
      closed ||= code === 'closed';
      tokens?.forget();
      pages.clear();
      for (const end of running) {
        end(endedBy(code));
      }
    },
  };

  /** Rejects with a {@link TwinlaneError}, or with the reason of the caller's signal. */
  function request<T>(call: Call): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = new AbortController();
      const end = (reason: unknown) => {
        reject(reason);
        stop.abort();
      };
      running.add(end);
      // React Native and Safari 15.0 abort without a reason.
      const off = onAbort(call.signal, () => end(call.signal?.reason ?? new Error('Aborted')));
      if (closed) {
        end(endedBy('closed'));
      }
      void attempts<T>(call, stop.signal)
        .then(resolve, reject)
        .finally(() => {
          off();
          running.delete(end);
        });
    });
  }

  /** Retries until success or a permanent failure. After `stop`, the result does not matter. */
  async function attempts<T>(call: Call, stop: AbortSignal): Promise<T> {
    const deadline = clock.now() + call.within;
    let renewed = !tokens;
    for (let attempt = 1; !stop.aborted; attempt += 1) {
      try {
        return (await (call.method === 'GET' ? read : send)(call, stop)) as T;
      } catch (error) {
        const { code, retryable, retryAfter = 0 } = error as TwinlaneError;
        if (code === 'unauthorized' && !renewed) {
          renewed = true;
          continue;
        }
        const delay = retryAfter * 1000 + backoffDelay(attempt, retry, clock.random());
        if (stop.aborted || !retryable || clock.now() + delay >= deadline) {
          throw error;
        }
        await pause(clock, delay, stop);
      }
    }
    return undefined as never;
  }

  async function read(call: Call, stop: AbortSignal): Promise<unknown> {
    while (reading >= MAX_READS) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    reading += 1;
    try {
      return await send(call, stop);
    } finally {
      reading -= 1;
      waiting.shift()?.();
    }
  }

  /** Sends one request, and aborts it after `answerWithin`. Throws a {@link TwinlaneError}. */
  async function send(call: Call, stop: AbortSignal): Promise<unknown> {
    const { method, path, body, perhapsDone } = call;
    const headers: Record<string, string> = method === 'GET' ? {} : { 'content-type': 'application/json' };
    // A request that waited for others must not ask for a token after signOut, nor be sent with that of the user before.
    const asked = stop.aborted ? undefined : tokens?.get();
    if (asked) {
      headers['authorization'] = `Bearer ${await asked}`;
    }
    if (stop.aborted) {
      return;
    }
    const timeout = new AbortController();
    const abort = () => timeout.abort();
    const cancel = after(clock, answerWithin, abort);
    const off = onAbort(stop, abort);
    try {
      call.perhapsDone = true;
      const response = await fetch(urlOf(httpUrl, path), { method, headers, body, signal: timeout.signal });
      if (response.ok) {
        return await response.json();
      }
      if (response.status < 500) {
        call.perhapsDone = perhapsDone;
      }
      if (response.status === 401) {
        tokens?.discard(asked, true);
      }
      throw await errorOf(response);
    } catch (cause) {
      throw TwinlaneError.is(cause)
        ? cause
        : new TwinlaneError('unavailable', 'No response. Check httpUrl and the network', { cause });
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

/** @returns a copy of an error with details. Several requests can have the same error, such as that of their token. */
function detailed(error: unknown, details: Pick<TwinlaneError, 'topic' | 'published'>): unknown {
  return TwinlaneError.is(error) ? new TwinlaneError(error.code, error.message, { ...error, ...details }) : error;
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
