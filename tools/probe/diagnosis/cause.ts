/** Ids of all causes, by what they belong to. */
export const CAUSES = [
  // The page and the name
  'reload-on-write',
  'redirect',
  'dns',
  'address-family',
  // The connection
  'cold-connection',
  'tls',
  'connection-closed',
  'slow-connection',
  'preflight',
  // The server's first
  'cold-process',
  'cold-workers',
  'cold-url',
  'cold-after-rest',
  'cold-socket',
  // Every request
  'slow-handler',
  // Sockets beside requests
  'connection-holds-worker',
  'socket-holds-worker',
  'frame-blocks-loop',
  'handshake-blocks-loop',
  'slow-under-load',
  'failing-under-load',
] as const;

export type CauseId = (typeof CAUSES)[number];

/** A cause of slow requests that was measured. */
export interface Cause {
  readonly id: CauseId;
  /** Milliseconds that it adds to a request of the kind in `to`. */
  readonly adds: number;
  readonly to: 'first request' | 'every request' | 'request beside sockets';
  /** Owner of the milliseconds, and the reason: `the process: it was cold`. */
  readonly because: string;
  /** True for a problem of the server; false for network latency, which every server has. */
  readonly fault: boolean;
  /** The measurement, in one or two sentences. */
  readonly found: string;
  /** The change that removes it, in one or two sentences. */
  readonly fix: string;
}

/** A cause without its fix, which depends on the framework and not on the measurement. */
export type Found = Omit<Cause, 'fix'>;

/** A question that the measurement could not decide. */
export interface Undecided {
  /** `whether the first request of a new process is slow` */
  readonly question: string;
  /** `the server had answered requests before` */
  readonly reason: string;
  /** The way to an answer. One or two sentences. */
  readonly fix: string;
}

/** Something that cannot be seen from outside, and the user's own check. */
export interface NotMeasured {
  /** A phrase without a period: `requests after a rest` */
  readonly what: string;
  /** A sentence: `Run without --rest none.` */
  readonly check: string;
}

/** A request of this kind, in a sentence. */
export function nameOfRequest(to: Cause['to']): string {
  return { 'first request': 'the first request', 'every request': to, 'request beside sockets': `a ${to}` }[to];
}

/** The problem of an error message, without its fix and period. */
export function withoutFix(message = ''): string {
  return message.replace(/\.? Fix: .*$/s, '').replace(/\.$/, '');
}
