/** Everything that can be named. */
export const CAUSES = [
  'cold-connection',
  'tls',
  'dns',
  'dead-address-family',
  'preflight',
  'connection-closed',
  'cold-start',
  'event-loop-blocked',
  'pool-pinned',
  'failing-under-load',
  'same-origin',
] as const;

export interface Cause {
  readonly id: (typeof CAUSES)[number];
  /** Milliseconds that it adds to a request of the kind `to`. */
  readonly adds: number;
  readonly to: 'first request' | 'every request' | 'request under load';
  /** Its part of that request, from 0 to 1. */
  readonly share: number;
  /** Whether something is wrong at the server; otherwise it is distance, which any server has. */
  readonly fault: boolean;
  /** What was seen. */
  readonly found: string;
  readonly mend: string;
}

/** The part that `ms` is of `whole`, from 0 to 1; of nothing, it is none. */
export function partOf(whole: number, ms: number): number {
  return whole === 0 ? 0 : ms / whole;
}

/** As people read it: `0.4 ms`, `52 ms`. */
export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
