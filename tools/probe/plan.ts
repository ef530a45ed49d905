/** Everything to measure, from the arguments of the command. */
export interface Plan {
  readonly request: PageRequest;
  /** Page that sends the request. Its HTML shows if a live-reload server serves it. */
  readonly page?: URL;
  /** True if the server has answered no request since its start. */
  readonly fresh: boolean;
  /** Number of new connections after the first one. An interval needs at least 5. */
  readonly rounds: number;
  /** Seconds without a request, before each request that follows a rest. */
  readonly rests: readonly number[];
  /** Absent to measure HTTP alone. */
  readonly socket?: SocketPlan;
  /** Absent unless the user asked for it, because it slows the requests of other users. */
  readonly load?: LoadPlan;
  readonly network: NetworkPlan;
}

/** The request that the page sends. */
export interface PageRequest {
  readonly url: URL;
  /** In capitals. */
  readonly method: string;
  /** Without `Origin`, which the probe adds. Names are in lower case. `cookie` is one of them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Origin of the page. Without it, the request is like one of the same origin. */
  readonly origin?: string;
  /** As in `fetch`. */
  readonly credentials: 'omit' | 'same-origin' | 'include';
  /** Expected status. Without it, any below 400. */
  readonly status?: number;
  /** Another path of the same server, for the question if each URL is slow at first. */
  readonly otherPath?: string;
}

export interface SocketPlan {
  readonly url: URL;
  /** Empty for none. */
  readonly subprotocol: string;
  readonly origin?: string;
  /** Cookies that the browser sends with the handshake. */
  readonly cookie?: string;
  /** First frame of every socket. */
  readonly greeting?: string;
  /** Frames that the page sends, each measured by itself. Empty: only handshakes are measured. */
  readonly frames: readonly string[];
  /** URL that issues a ticket for each socket, as `POST /v1/tickets` of this app does. */
  readonly tickets?: URL;
}

export interface LoadPlan {
  /** Maximum number of silent sockets, and number of sockets in the storm. */
  readonly sockets: number;
  /** Frames a second that all sockets together send during the storm. */
  readonly messages: number;
}

interface NetworkPlan {
  /** Name server to use instead of the system's resolver: `192.0.2.53:5353`. */
  readonly dns?: string;
  /** Additional trusted certificates, PEM. */
  readonly ca?: string;
  /** True to accept every certificate. */
  readonly insecure: boolean;
  /** Timeout of each step, in milliseconds. */
  readonly timeout: number;
}
