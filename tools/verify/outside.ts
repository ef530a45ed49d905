import type { Resolved } from '../aws-checks/dns';

/** Everything besides AWS and public pages that the checks ask. Tests replace it. */
export interface Outside {
  /** Asks DNS what a host name leads to. */
  resolve(host: string): Promise<Resolved>;
  /** Sends a WebSocket handshake without credentials to a URL. Resolves to the status of the response. */
  handshake(url: string): Promise<number>;
}
