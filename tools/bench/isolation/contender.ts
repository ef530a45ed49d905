import type { SocketServer } from './client';
import type { Cores } from './cores';

/** A server, or several, for HTTP and sockets. */
export interface Contender {
  readonly label: string;

  /** Starts the contender. Resolves when it accepts requests. */
  start(cores: Cores): Promise<ServerEndpoints>;
}

/** URLs of a contender, with addresses instead of names. */
export interface ServerEndpoints {
  /** URL of a cheap GET that returns 200 with `{"status":"ok"}`. */
  readonly http: string;
  readonly socket: SocketServer;

  /** Stops the contender. Resolves when all its processes have exited. */
  stop(): Promise<void>;
}
