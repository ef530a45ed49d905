/** Behavior of a planted server. Without options, it answers immediately. Times are in milliseconds unless named otherwise. */
export interface PlantedOptions {
  /** The first request of the process blocks it, as an import in a handler does. */
  readonly import?: number;
  /** The first request of the process waits, as for a connection to a database. */
  readonly database?: number;
  /** The first request of each URL waits, as for a template. */
  readonly perUrl?: number;
  /** The first request on each connection waits, as for a reverse lookup of the client's address. */
  readonly perConnection?: number;
  /** Every request waits. */
  readonly always?: number;
  /** A request waits if it is the first after so many seconds. */
  readonly afterRest?: { readonly seconds: number; readonly ms: number };
  /**
   * Number of workers, which accept connections in turn. `import` and `database` are paid by each of them, and occupy
   * only that worker.
   */
  readonly workers?: number;

  /** Every response closes its connection. */
  readonly close?: boolean;
  /** Seconds for which an idle HTTP/1.1 connection stays open. @default 75 */
  readonly idle?: number;
  /** Seconds of Access-Control-Max-Age; null for none. @default 7200 */
  readonly maxAge?: number | null;
  /** The path `/moved` waits and redirects to `/`. */
  readonly redirect?: number;
  /** Transport of the server. @default http */
  readonly transport?: 'http' | 'https' | 'TLSv1.2' | 'h2';
  /** @default 127.0.0.1 */
  readonly host?: string;

  /** @default 200 */
  readonly status?: number;
  /** Length of the body. @default 2 */
  readonly bytes?: number;

  /** Answer to each frame. A broadcast goes to every socket. With `unread`, frames and pings are not even read. @default echo */
  readonly frames?: 'echo' | 'broadcast' | 'nothing' | 'unread';
  /** Each frame blocks the process. */
  readonly perFrame?: number;
  /** Each recipient of a broadcast blocks the process. */
  readonly perRecipient?: number;
  /** Each handshake blocks the process before it is answered. */
  readonly perHandshake?: number;
  /** The first handshake of the process blocks it before it is answered. */
  readonly socketImport?: number;
  /** Closes the socket that sends more frames than this in a second, counted over all sockets. */
  readonly dropsFrames?: number;

  /** Number of workers. A request occupies one until it is answered, and a socket while it is open. */
  readonly pool?: number;
  /** Number of workers. A connection occupies one from its start until the next response. */
  readonly accept?: number;
  /** After a POST, the process ends, and a new one listens this many milliseconds later. */
  readonly restartOnWrite?: number;
  /** A POST appends to this file. */
  readonly writes?: string;
}
