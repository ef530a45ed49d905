import type { Backoff } from '../lambda/realtime/backoff';

/** Time and chance: everything the client does by them it does through this. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  setTimeout(run: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
  /** At least 0, less than 1. */
  random(): number;
}

/** As much of a `WebSocket` as the client uses: a browser's, Node's, or that of the package `ws`. */
export interface Socket {
  addEventListener(type: 'open' | 'error' | 'close', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  send(text: string): void;
  close(): void;
}

/** What the client asks of `fetch`. */
export interface HttpRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

/** As much of a `Response` as the client uses. */
export interface HttpResponse {
  ok: boolean;
  status: number;
  headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

/** Every time is in milliseconds. */
export interface ClientOptions {
  /** The HTTP lane: `https://api.example.com`. */
  api: string;
  /** The WebSocket lane: `wss://ws.example.com`. */
  websocket: string;
  /** @returns a bearer token. Called before the first request, and again when a token is refused. @default nobody signs in */
  token?: () => string | Promise<string>;
  /**
   * Waits before a new connection. API Gateway takes 500 new connections a second for a whole account and Region:
   * when all clients lose theirs at once, a base of clients / 500 × 1000 lets all of them in at the first try.
   * @default { base: 2000, cap: 60000 }, enough for 1,000 clients
   */
  reconnect?: Backoff;
  /** Waits before an HTTP request, or a frame, is repeated. @default { base: 500, cap: 10000 } */
  retry?: Backoff;
  /**
   * How long after a gap history is read: after a random time from a tenth of this to all of it. Until then the gap
   * may have filled by itself, and those who see the same gap do not ask at once. @default 1000
   */
  gapWithin?: number;
  /**
   * How old a connection gets before another takes its place, at random between the two. API Gateway cuts it at two
   * hours. @default [90 minutes, 115 minutes]
   */
  rotateAfter?: readonly [number, number];
  /** How often positions are compared, give or take a fifth. API Gateway cuts after 10 idle minutes. @default 4 minutes */
  pingEvery?: number;
  /** What is not answered for so long is broken: a connection, a frame, a request. @default 10000 */
  answerWithin?: number;
  /** How long a publish is repeated before it fails. @default 30000 */
  publishWithin?: number;
  /** @default the global one; Node.js before 22 has none: pass that of the package `ws` */
  WebSocket?: new (url: string, protocols: string[]) => Socket;
  /** @default the global one */
  fetch?: (url: string, request: HttpRequest) => Promise<HttpResponse>;
  /** @default the system's */
  clock?: Clock;
  /** Makes the id of a message that has none. @default `crypto.randomUUID` */
  newId?: () => string;
}

const MINUTE = 60_000;

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  setTimeout: (run, milliseconds) => setTimeout(run, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as number),
  random: () => Math.random(),
};

export type Settings = ReturnType<typeof withDefaults>;

/** Throws a `TypeError` if a URL is none. */
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
    api: new URL(options.api).href,
    websocket: new URL(options.websocket).href,
  };
}
