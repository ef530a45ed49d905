import type { Backoff } from './backoff';
import { type Clock, SYSTEM_CLOCK } from './clock';
import type { LogEntry } from './log';

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
  body?: string;
  signal: AbortSignal;
}

/** The part of a `Response` that the client uses. */
export interface HttpResponse {
  ok: boolean;
  status: number;
  headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

/** Options of a client. All durations are in milliseconds. */
export interface ClientOptions {
  /** URL of the HTTP lane: `https://api.example.com`. */
  httpUrl: string;
  /** URL of the WebSocket lane: `wss://ws.example.com`. */
  webSocketUrl: string;
  /** @returns a bearer token. Called before the first request, and again when a token is refused. @default no authentication */
  token?: () => string | Promise<string>;
  /**
   * Backoff before a new connection. API Gateway accepts 500 new connections per second for an account and Region. If all
   * clients lose their connections at the same time, a base of clients / 500 × 1000 lets all reconnect at the first attempt.
   * @default { base: 2000, cap: 60000 }, enough for 1,000 clients
   */
  reconnect?: Backoff;
  /** Backoff before an HTTP request or a frame is retried. @default { base: 500, cap: 10000 } */
  retry?: Backoff;
  /**
   * Maximum delay between a gap and the read of history; the delay is random, from a tenth of this to all of it.
   * Meanwhile late pushes can fill the gap, and clients that see the same gap do not all read at the same time. @default 1000
   */
  gapWithin?: number;
  /**
   * Age at which a connection is replaced, random between the two values. API Gateway closes connections after two hours.
   * @default [90 minutes, 115 minutes]
   */
  rotateAfter?: readonly [number, number];
  /**
   * Maximum interval of pings, plus or minus 20 %. API Gateway closes connections that are idle for 10 minutes. If a proxy
   * closes idle connections sooner, the client pings more often, at most every 10 seconds, and later tries longer intervals
   * again. Each ping and each answer is a message that API Gateway charges for. @default 4 minutes
   */
  pingEvery?: number;
  /** Timeout of a handshake, a frame and an HTTP request. @default 10000 */
  answerWithin?: number;
  /** Duration of retries before a publish fails. @default 30000 */
  publishWithin?: number;
  /** Implementation of WebSocket. @default the global one. Node.js before 22 has none: pass that of the package `ws` */
  WebSocket?: new (url: string, protocols: string[]) => Socket;
  /** Implementation of fetch. @default the global one */
  fetch?: (url: string, request: HttpRequest) => Promise<HttpResponse>;
  /** Time and randomness. @default the system's */
  clock?: Clock;
  /** Generates the id of a message. @default `crypto.randomUUID` */
  newId?: () => string;
  /** Receives what the client does, to find a problem. @default nothing is logged */
  log?: (entry: LogEntry) => void;
}

const MINUTE = 60_000;

export type Settings = ReturnType<typeof withDefaults>;

/** Completes the options. Throws a `TypeError` if a URL is invalid. */
export function withDefaults(options: ClientOptions) {
  return {
    reconnect: { base: 2_000, cap: MINUTE },
    retry: { base: 500, cap: 10_000 },
    gapWithin: 1_000,
    rotateAfter: [90 * MINUTE, 115 * MINUTE] as const,
    pingEvery: 4 * MINUTE,
    answerWithin: 10_000,
    publishWithin: 30_000,
    WebSocket: (globalThis as unknown as Required<Pick<ClientOptions, 'WebSocket'>>).WebSocket,
    fetch: ((url, request) => fetch(url, request)) as Required<ClientOptions>['fetch'],
    clock: SYSTEM_CLOCK,
    newId: () => crypto.randomUUID() as string,
    ...options,
    httpUrl: new URL(options.httpUrl).href,
    webSocketUrl: new URL(options.webSocketUrl).href,
  };
}
