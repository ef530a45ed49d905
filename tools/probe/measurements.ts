/** What was measured. All times are in milliseconds, without those in which the probe itself stood still. */
export interface Measurements {
  /** How the API's name became addresses, once for each run: only the first can be cold. */
  readonly names: Name[];
  /** Whether something listens at the API's address of each family. */
  readonly families: Reach[];
  /** Absent for `http:`. */
  tls?: TlsFacts;
  /** Absent where a page of the origin needs no preflight, or no origin was given. */
  preflight?: PreflightFacts;
  readonly runs: FreshRun[];
  readonly handshakes: SocketHandshake[];
  /** In the order in which they were measured. */
  readonly passes: Pass[];
}

export interface Name {
  /** `system` is what the operating system answers, from its cache too. */
  readonly source: 'literal' | 'localhost' | 'system' | 'server';
  /** Until both families were answered: they are asked at the same time. */
  readonly ms: number;
  readonly families: readonly { readonly family: 4 | 6; readonly ms: number; readonly address?: string }[];
}

export interface Reach {
  readonly family: 4 | 6;
  readonly address: string;
  /** `unreachable` says only that this machine has no route: nothing of the server. */
  readonly outcome: 'answers' | 'refused' | 'unanswered' | 'unreachable';
  readonly ms: number;
}

export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string;
  /** `DNS:api.example.com, DNS:*.example.com` */
  readonly names: string;
  /** As the certificate says it: `Nov 22 22:00:00 2027 GMT`. */
  readonly expires: string;
  /** Whether a second connection could take up the first one's session. */
  readonly resumes?: boolean;
}

export interface PreflightFacts {
  /** Seconds of Access-Control-Max-Age; absent without it. */
  readonly maxAge?: number;
  /** Seconds that Chromium keeps the answer. */
  readonly kept: number;
}

/** One request and its answer on a connection that is kept. */
export interface Exchange {
  /** From sending the request until the head of the answer is there; without `opening`. */
  readonly ms: number;
  /** TCP and TLS of a connection that had to be opened because the one before was closed; 0 otherwise. */
  readonly opening: number;
  readonly status: number;
}

/** What a page's first two requests cost on a connection of their own. */
export interface FreshRun {
  readonly tcp: number;
  readonly tls?: number;
  readonly preflight?: Exchange;
  readonly first: Exchange;
  readonly second: Exchange;
  /** Milliseconds that the probe itself stood still, from the first request (or its preflight) to the answer. */
  readonly standstill: number;
}

export interface SocketHandshake {
  readonly tcp: number;
  readonly tls?: number;
  /** From the upgrade's request to its answer. */
  readonly upgrade: number;
}

/** HTTP requests, each from a fresh connection, while the socket lane is in some state. */
export interface Pass {
  readonly name: 'idle' | 'open' | 'silent' | 'storm';
  /** Sockets that were opened, of those asked for. */
  readonly sockets: { readonly asked: number; readonly opened: number };
  /** Frames that the sockets sent and received meanwhile. */
  readonly frames: { readonly sent: number; readonly received: number };
  /** TCP, TLS and answer of each request that was answered. */
  readonly ms: readonly number[];
  /** Why each of the others was not answered, or was answered 429 or 5xx. */
  readonly failures: readonly string[];
  /** Requests that were not answered until the sockets were closed. */
  readonly stalled: number;
  /** Of those, how many were answered once they were closed. */
  readonly released: number;
}
