/** Results of the measurement. All times are in milliseconds, without pauses of the probe itself. */
export interface Measurements {
  /** Lookups of the API's name, one for each run. Only the first can miss the cache. */
  readonly names: Name[];
  /** Connection attempts to the API's address of each family. */
  readonly families: Reach[];
  /** Absent for `http:`. */
  tls?: TlsFacts;
  /** Absent if a page of the origin needs no preflight, or no origin is given. */
  preflight?: PreflightFacts;
  readonly runs: FreshRun[];
  readonly handshakes: SocketHandshake[];
  /** In the order in which they were measured. */
  readonly passes: Pass[];
}

export interface Name {
  /** `system` is the operating system's resolver, including its cache. */
  readonly source: 'literal' | 'localhost' | 'system' | 'server';
  /** Duration until both families were answered. They are looked up concurrently. */
  readonly ms: number;
  readonly families: readonly { readonly family: 4 | 6; readonly ms: number; readonly address?: string }[];
}

export interface Reach {
  readonly family: 4 | 6;
  readonly address: string;
  /** `no-route` means that this machine has no route, and says nothing about the server. */
  readonly outcome: 'connected' | 'refused' | 'timeout' | 'no-route';
  readonly ms: number;
}

export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string;
  /** `DNS:api.example.com, DNS:*.example.com` */
  readonly names: string;
  /** As in the certificate: `Nov 22 22:00:00 2027 GMT`. */
  readonly expires: string;
  /** True if a second connection resumed the session of the first. */
  readonly resumes?: boolean;
}

export interface PreflightFacts {
  /** Seconds of Access-Control-Max-Age; absent without it. */
  readonly maxAge?: number;
  /** Seconds for which Chromium caches the preflight response. */
  readonly cachedFor: number;
}

/** One request and its response on a persistent connection. */
export interface Exchange {
  /** Time from sending the request to receiving the response's head, without `opening`. */
  readonly ms: number;
  /** TCP and TLS time of a new connection, if the previous one was closed; 0 otherwise. */
  readonly opening: number;
  readonly status: number;
}

/** Times of a page's first two requests on a new connection. */
export interface FreshRun {
  readonly tcp: number;
  readonly tls?: number;
  readonly preflight?: Exchange;
  readonly first: Exchange;
  readonly second: Exchange;
  /** Milliseconds for which the probe itself was paused, from the first request (or its preflight) to the response. */
  readonly pause: number;
}

export interface SocketHandshake {
  readonly tcp: number;
  readonly tls?: number;
  /** Time from the upgrade request to its response. */
  readonly upgrade: number;
}

/** HTTP requests, each on a new connection, during one state of the WebSocket lane. */
export interface Pass {
  readonly name: 'idle' | 'open' | 'silent' | 'storm';
  /** Number of sockets requested, and of those opened. */
  readonly sockets: { readonly requested: number; readonly opened: number };
  /** Number of frames that the sockets sent and received during the pass. */
  readonly frames: { readonly sent: number; readonly received: number };
  /** Total time of each answered request: TCP, TLS and response. */
  readonly ms: readonly number[];
  /** Reason for each request that was not answered, or was answered with 429 or 5xx. */
  readonly failures: readonly string[];
  /** Number of requests that were not answered before the sockets closed. */
  readonly stalled: number;
  /** Number of those that were answered after the sockets closed. */
  readonly released: number;
}
