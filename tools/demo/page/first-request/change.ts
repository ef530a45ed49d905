/** Something to change, with the reason. */
export interface Change {
  readonly id:
    | 'refused'
    | 'redirect'
    | 'cold-server'
    | 'cold-workers'
    | 'cold-connection'
    | 'address-family'
    | 'preflight'
    | 'preflight-every-time'
    | 'preflight-again'
    | 'cold-url'
    | 'cold-after-rest'
    | 'connection-closed'
    | 'slow-always'
    | 'cold-socket'
    | 'socket-slows'
    | 'handshake-slows'
    | 'socket-unclear'
    | 'socket-failed';
  /** Milliseconds that it adds. */
  readonly adds: number;
  readonly found: string;
  readonly fix: string;
}
