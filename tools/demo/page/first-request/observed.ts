import type { Timing } from '../timing';
import type { PageRequest } from './request';

/** Reason for which a request cannot be measured. `forbidden`: by the content security policy of the page. */
export type Failure = 'offline' | 'forbidden' | 'no response' | 'refused';

/** One request, as the page saw it. Times are in milliseconds. */
export interface Exchange {
  /** `hidden`: a response that the page cannot read. `failed`: no response, or one that the browser refused. */
  readonly outcome: 'answered' | 'hidden' | 'failed';
  readonly status?: number;
  /** From the start of the request to the end of the response. */
  readonly total: number;
  /** Absent if the browser hides it, because the response of another origin has no `Timing-Allow-Origin`. */
  readonly timing?: Timing;
  /** From the end of the response until the page's code ran. */
  readonly late: number;
  /** Time in which tasks of the page blocked its main thread. Browsers other than Chromium do not tell. */
  readonly blocked: number;
  /** True if a service worker of the page handled the request. */
  readonly serviceWorker: boolean;
  /** True if the response came from the browser's cache. */
  readonly cached: boolean;
  /** URL after redirects. */
  readonly redirectedTo?: string;
  readonly serverTiming: readonly { readonly name: string; readonly milliseconds: number }[];
}

/** Requests beside a WebSocket. Times are in milliseconds. */
export interface BesideSocket {
  /** True if it did not open. */
  readonly failed: boolean;
  /** Requests without a socket. */
  readonly alone: readonly number[];
  /** Requests while a socket was open. The first one was sent directly after the first socket opened. */
  readonly open: readonly number[];
  /** Slowest request while a socket opened, for each of the sockets. */
  readonly opening: readonly number[];
  /** Slowest of as many requests without a socket, for each socket after the first one. */
  readonly notOpening: readonly number[];
}

/** Requests after a time without one. */
export interface Rest {
  readonly seconds: number;
  /** A request without a preflight, which comes first. Absent if the request itself needs none. */
  readonly simple?: Exchange;
  readonly same: Exchange;
}

/** All that the page measured. What is absent was not measured. */
export interface Observed {
  readonly request: PageRequest;
  /** Origin of the page. */
  readonly origin: string;
  /** Reasons for the preflight. Empty if there is none. */
  readonly preflight: readonly string[];
  /** True if the page had contacted this server before its first request. */
  contactedBefore: boolean;
  /** True if the API does not let the page read its responses. */
  refused: boolean;
  first?: Exchange;
  /** The same request again, the second one first. */
  readonly again: Exchange[];
  /** The same request with a new URL, twice. */
  readonly newUrl: Exchange[];
  /** The same request, with other new URLs. */
  readonly otherUrls: Exchange[];
  /** A similar request without a preflight, each with a new URL. */
  readonly simple: Exchange[];
  /** Requests after rests. The second rest is there only if the first one made a request slow. */
  readonly rests: Rest[];
  socket?: BesideSocket;
  /** True if a request after the first one failed. */
  lost: boolean;
  /** True if the user stopped the measurement. */
  stopped: boolean;
}
