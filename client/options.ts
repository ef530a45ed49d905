import type { Backoff } from './backoff';
import { type Clock, SYSTEM_CLOCK } from './clock';
import { randomId } from './random-id';

/** The part of a `WebSocket` that the client uses: a browser's, Node's, or that of the package `ws`. */
export interface Socket {
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  /** `code` is absent in some versions of React Native. */
  addEventListener(type: 'close', listener: (event: { code?: number | undefined }) => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  send(text: string): void;
  close(): void;
}

/** The options that the client passes to `fetch`. */
export interface HttpRequest {
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
  signal: AbortSignal;
}

/** The part of a `Response` that the client uses. */
export interface HttpResponse {
  ok: boolean;
  status: number;
  headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

/** An entry of the option `log`. Contains no token and no ticket. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  at: number;
  /** Name of the step: `connecting`, `open`, `closed`, `ping`, `wake`, `retry`, `subscribe`, `unsubscribe`, `presence` or `ignored`. */
  event: string;
  detail?: unknown;
}

/** Options of a client. All durations are in milliseconds. */
export interface ClientOptions {
  /** URL of the HTTP lane: `https://api.example.com`. Its path and query are kept. For a page, it can begin with `/`. */
  httpUrl: string;
  /** URL of the WebSocket lane: `wss://ws.example.com`. Its path and query are kept. For a page, it can begin with `/`. */
  webSocketUrl: string;
  /**
   * Gets a bearer token. Called before the first request, and again when a token is refused or about to expire.
   *
   * @param ask `forceRefresh` if the last token was refused or is about to expire, so that a new one is needed; `signal` is aborted after `answerWithin`, and by `signOut()`.
   * @returns the token; null if nobody is signed in
   * @default no authentication
   */
  token?: ((ask: { forceRefresh: boolean; signal: AbortSignal }) => string | null | Promise<string | null>) | undefined;
  /**
   * Backoff before a new connection. API Gateway accepts 500 new connections per second for an account and Region. If all
   * clients lose their connections at the same time, a base of clients / 500 × 1000 lets all reconnect at the first attempt.
   * @default { base: 2000, cap: 60000 }, enough for 1,000 clients
   */
  reconnect?: { [Name in keyof Backoff]?: number | undefined } | undefined;
  /** Backoff before an HTTP request or a frame is retried. @default { base: 500, cap: 10000 } */
  retry?: { [Name in keyof Backoff]?: number | undefined } | undefined;
  /**
   * Maximum delay between a gap and the read of history; the delay is random, from a tenth of this to all of it.
   * Meanwhile late pushes can fill the gap, and clients that see the same gap do not all read at the same time. @default 1000
   */
  gapWithin?: number | undefined;
  /**
   * Age at which a connection is replaced, random between the two values. The server closes connections after two hours.
   * @default [90 minutes, 115 minutes]
   */
  rotateAfter?: readonly [number, number] | undefined;
  /**
   * Maximum interval of pings, plus or minus 20 %. The server closes connections that are idle for 10 minutes. If a proxy
   * closes idle connections sooner, the client pings more often, at most every 10 seconds, and later tries longer intervals
   * again. With API Gateway, each ping and each answer is a message that it charges for. @default 4 minutes
   */
  pingEvery?: number | undefined;
  /** Timeout of a handshake, a frame and an HTTP request. @default 10000 */
  answerWithin?: number | undefined;
  /** Duration of retries before a publish fails. @default 30000 */
  publishWithin?: number | undefined;
  /** Implementation of WebSocket. @default the global one. Node.js before 22 has none: pass that of the package `ws` */
  WebSocket?: (new (url: string, protocols: string[]) => Socket) | undefined;
  /** Implementation of fetch. @default the global one */
  fetch?: ((url: string, request: HttpRequest) => Promise<HttpResponse>) | undefined;
  /** Time and randomness. @default the system's */
  clock?: Clock | undefined;
  /** Generates the id of a message. @default 32 random letters and digits */
  newId?: (() => string) | undefined;
  /** Called with what the client does, for diagnosis. `at` is in milliseconds since 1970. @default nothing */
  log?: ((entry: LogEntry) => void) | undefined;
}

const MINUTE = 60_000;

/** Maximum of a duration: the largest that all timers support. */
const MAX_DURATION = 2 ** 31 - 1;

type Complete<Names extends keyof ClientOptions> = { [Name in Names]-?: NonNullable<ClientOptions[Name]> };

/** Options with their defaults. `WebSocket` is undefined where there is none. */
export type Settings = Omit<Complete<keyof ClientOptions>, 'reconnect' | 'retry' | 'token' | 'log'> &
  Pick<ClientOptions, 'token' | 'log'> & { reconnect: Backoff; retry: Backoff };

/** Completes the options: undefined means the default. Throws a `TypeError` that lists all invalid values. */
export function withDefaults(options: ClientOptions): Settings {
  const defaults = {
    httpUrl: 'http',
    webSocketUrl: 'ws',
    token: undefined,
    reconnect: { base: 2_000, cap: MINUTE },
    retry: { base: 500, cap: 10_000 },
    gapWithin: 1_000,
    rotateAfter: [90 * MINUTE, 115 * MINUTE],
    pingEvery: 4 * MINUTE,
    answerWithin: 10_000,
    publishWithin: 30_000,
    WebSocket: (globalThis as unknown as Settings).WebSocket,
    fetch: (url: string, request: HttpRequest) => fetch(url, request as RequestInit),
    clock: SYSTEM_CLOCK,
    newId: randomId,
    log: undefined,
  };
  const problems: string[] = [];
  const settings = complete('', options, defaults, problems);
  if (problems.length > 0) {
    throw new TypeError(`${problems.join('\n')}\nFix: correct them, or leave them out.`);
  }
  return settings as Settings;
}

/** Durations that can be 0. */
const OPTIONAL = /^(gap|publish)/;

/**
 * Completes a value. The default determines what is valid: a duration for a number, a URL for a scheme, a function for a function
 * or undefined, and such values for an object or a range, whose numbers must not decrease.
 */
function complete(name: string, value: unknown, fallback: unknown, problems: string[]): unknown {
  const check = (isValid: boolean, text: string, got = value) => {
    if (!isValid) {
      problems.push(`${name} must be ${text}, got ${got}`);
    }
  };
  if (typeof fallback === 'string') {
    const url = absolute(value, fallback);
    check(
      new RegExp(`^(/|${fallback}s?://[^\\s/?#])[^\\s#]*$`).test(url),
      `a ${fallback}:// or ${fallback}s:// URL without #`,
    );
    return url;
  }
  // A clock is one source of time, so all of its functions are needed.
  if (value === undefined && !name.startsWith('clock.')) {
    return fallback;
  }
  if (typeof fallback === 'number') {
    const duration = Number.isFinite(value) ? (value as number) : -1;
    check(duration <= MAX_DURATION && (duration > 0 || (duration === 0 && OPTIONAL.test(name))), 'milliseconds');
  } else if (typeof fallback === 'object') {
    const given = Object(value);
    check(given === value, 'an object');
    const entries = Object.entries(fallback as object).map(([key, inner]) => [
      key,
      complete(name ? `${name}.${key}` : key, given[key], inner, problems),
    ]);
    const [first, second] = entries.map(([, each]) => each);
    check(typeof first !== 'number' || first <= (second as number), 'ascending', [first, second]);
    if (name !== 'clock') {
      return Array.isArray(fallback) ? [first, second] : Object.fromEntries(entries);
    }
  } else {
    check(typeof value === 'function', 'a function', typeof value);
  }
  return value;
}

/** Resolves a URL that begins with `/` against the page. A server that renders the page has none, and only checks the URL. */
function absolute(value: unknown, scheme: string): string {
  const { location } = globalThis as { location?: { href: string } };
  const url = String(value);
  return location && url[0] === '/' ? new URL(url, location.href).href.replace(/^http/, scheme) : url;
}
