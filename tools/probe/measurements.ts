/** Results of the measurement, in the order of the steps. Times are in milliseconds, without pauses of the probe itself. */
export interface Measurements {
  page?: PageFacts;
  name?: Name;
  /** Connection attempts to the address of each family. */
  families: Reach[];
  /** Redirects before the measured URL. */
  redirects: Redirect[];
  /** The first is the page's own request, the very first one that the probe sends to the server. */
  runs: Run[];
  /** Two bursts of requests at once, each request on a new connection. */
  bursts: Exchange[][];
  /** Events in the second after a request. */
  aftermaths: Aftermath[];
  rests: Rest[];
  /** Absent if a browser sends none. */
  preflight?: Preflight;
  /** Absent for `http:`. */
  tls?: TlsFacts;
  handshakes: SocketHandshake[];
  impulses: Impulse[];
  /** Connections and sockets that were held open without a byte. */
  held: Held[];
  storm?: Storm;
  /** Responses that show the framework. */
  evidence?: Evidence;
}

export function emptyMeasurements(): Measurements {
  return {
    families: [],
    redirects: [],
    runs: [],
    bursts: [],
    aftermaths: [],
    rests: [],
    handshakes: [],
    impulses: [],
    held: [],
  };
}

/** Facts from the HTML of the page. */
interface PageFacts {
  readonly url: string;
  readonly liveReload?: LiveReload;
  /** Reason why the page was not read. */
  readonly unread?: string;
}

/** A live-reload server that serves the page. */
export interface LiveReload {
  /** `live-server`, `Vite` */
  readonly name: string;
  /** URL of its WebSocket, if it is known. */
  readonly socket?: string;
  /** Reason why its messages were not received. Then no reload is no result. */
  readonly unwatched?: string;
}

export interface Name {
  readonly host: string;
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

interface Redirect {
  readonly from: string;
  readonly to: string;
  readonly status: number;
  /** Duration of the whole step: connection and response. */
  readonly ms: number;
  /** The same again, later and each on a new connection. A cold process makes only the first one slow. */
  readonly again?: readonly number[];
}

/** One request and its response. */
export interface Exchange {
  /** Start, in milliseconds since the probe started. */
  readonly at: number;
  /** Time from sending the request to the head of the response, without `opening`. The timeout if there was no response. */
  readonly ms: number;
  /** TCP and TLS time of a new connection, if the previous one was closed; 0 otherwise. */
  readonly opening: number;
  /** Time from the head to the end of the body. Absent if there was no response. */
  readonly transfer?: number;
  /** 0 if there was no response. */
  readonly status: number;
  /** True if the response announced or was followed by the end of the connection. */
  readonly closed: boolean;
  /** Milliseconds for which the probe itself was paused meanwhile. */
  readonly pause: number;
  /** Time in the server by the header `Server-Timing`, by name. */
  readonly serverTiming?: Readonly<Record<string, number>>;
  /** Reason why there was no response. */
  readonly failure?: string;
}

/** Requests on one new connection. Each renews one thing, and keeps the rest. */
export interface Run {
  readonly tcp: number;
  readonly tls?: number;
  /** The page's request, the first on this connection. */
  readonly first: Exchange;
  /** The same: renews nothing. */
  readonly second: Exchange;
  /** A URL that was not requested before, and the same again. Absent in the very first run. */
  readonly otherUrl?: readonly [Exchange, Exchange];
}

interface Aftermath {
  /** Milliseconds after the start of the request at which the server refused connections, and for how long. */
  readonly refused?: { readonly from: number; readonly for: number };
  /** Milliseconds after the start of the request at which the live-reload server told the page to reload. */
  readonly reloads: readonly number[];
  /** A request a second later, on a new connection. */
  readonly next: Exchange;
}

export interface Rest {
  readonly seconds: number;
  /** Seconds after which the server closed the idle connection. Absent if it stayed open. */
  readonly closedAfter?: number;
  /** The request after the rest, on the idle connection if that was open. */
  readonly request: Exchange;
}

export interface Preflight {
  /** Seconds of Access-Control-Max-Age; absent without it. */
  readonly maxAge?: number;
  /** Seconds for which Chromium caches the preflight response. */
  readonly cachedFor: number;
  /** Preflights on new connections. */
  readonly exchanges: readonly Exchange[];
}

export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string;
  /** `h2` or `http/1.1` */
  readonly alpn: string;
  /** `DNS:api.example.com, DNS:*.example.com` */
  readonly names: string;
  /** As in the certificate: `Nov 22 22:00:00 2027 GMT`. */
  readonly expires: string;
  /** True if a second connection resumed the session of the first. */
  readonly resumes: boolean;
}

export interface SocketHandshake {
  readonly tcp: number;
  readonly tls?: number;
  /** Time from the upgrade request to its response. */
  readonly upgrade: number;
}

/** Requests shortly after one frame, or after the start of one handshake. */
export interface Impulse {
  readonly kind: 'frame' | 'handshake';
  readonly frame?: string;
  /** Requests without an impulse, interleaved with the others. */
  readonly quiet: readonly number[];
  readonly after: readonly ImpulseOffset[];
  /** Number of frames that were sent, and of those after which the socket received a frame. */
  readonly sent: number;
  readonly answered: number;
  /** Reason why the impulse ended early: the server closed the socket, rejected a handshake, or rejected requests. */
  readonly dropped?: string;
  /** Number of requests that do not count, because the probe itself was paused. */
  readonly discarded?: number;
}

/** Requests that were sent the same time after a frame or a handshake. */
export interface ImpulseOffset {
  /** Milliseconds from the frame to the request. */
  readonly offset: number;
  readonly ms: readonly number[];
  /** Requests without an impulse, each measured shortly before or after the one of the same index in `ms`. */
  readonly alone?: readonly number[];
}

/** Requests while connections or sockets are open and send nothing. */
export interface Held {
  readonly kind: 'connection' | 'half-request' | 'socket';
  readonly requested: number;
  readonly opened: number;
  /** Number of those that the server closed before the end. */
  readonly dropped: number;
  readonly ms: readonly number[];
  readonly failures: readonly string[];
  /** Number of requests that were not answered before the connections or sockets were closed. */
  readonly stalled: number;
  /** Number of those that were answered within 200 ms of that. */
  readonly released: number;
}

export interface Storm {
  readonly sockets: { readonly requested: number; readonly opened: number };
  /** Requests of each round, without and with frames, in random order. Milliseconds from the time at which each was due. */
  readonly rounds: readonly { readonly idle: readonly number[]; readonly loaded: readonly number[] }[];
  readonly frames: { readonly sent: number; readonly received: number };
  /** Reasons for which the server closed sockets. */
  readonly dropped: readonly string[];
  /** Number of received frames that refuse a frame because of a rate limit. */
  readonly limited?: number;
  /** Number of sockets that did not answer a ping after the frames of a round. */
  readonly silent: number;
  /** Failures of requests while the sockets sent frames. They count in `rounds`, with the timeout if there was no response. */
  readonly failures: readonly string[];
  /** The same while the sockets were silent. */
  readonly idleFailures?: readonly string[];
  /** Milliseconds for which the probe itself was paused. */
  readonly pause: number;
  /** 90th percentile of the milliseconds by which the probe sent requests too late. */
  readonly late?: { readonly idle: number; readonly loaded: number };
  /** Number of rounds that do not count, because the probe itself was paused. */
  readonly discarded?: number;
}

/** Marks of the software that sent the responses. */
export interface Evidence {
  /** Headers of the page's response, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly httpVersion: string;
  /** The response for a path that does not exist. */
  readonly missing?: {
    readonly status: number;
    readonly reason: string;
    readonly headers: Readonly<Record<string, string>>;
    /** First 2,000 characters. */
    readonly body: string;
  };
  /** True if `/openapi.json` exists. */
  readonly openApi?: boolean;
}
