import type { SocketServer } from './client';
import type { Cores } from './cores';

/** A way to serve HTTP and sockets. */
export interface Contender {
  readonly label: string;

  /** Resolves when it serves. */
  start(cores: Cores): Promise<Entrances>;
}

/** Where it serves, with addresses instead of names. */
export interface Entrances {
  /** Of a cheap GET that is answered 200 with `{"status":"ok"}`. */
  readonly http: string;
  readonly socket: SocketServer;

  /** Resolves when nothing of it runs. */
  stop(): Promise<void>;
}
