/** Ids of all causes. */
export const CAUSES = [
  'cold-connection',
  'tls',
  'dns',
  'ipv6-fallback',
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
  /** Milliseconds that it adds to a request of the kind in `to`. */
  readonly adds: number;
  readonly to: 'first request' | 'every request' | 'request under load';
  /** Share of that request's time, from 0 to 1. */
  readonly share: number;
  /** True for a problem of the server; false for network latency, which every server has. */
  readonly fault: boolean;
  /** Description of what was measured. */
  readonly found: string;
  /** Recommended action. */
  readonly fix: string;
}

/** Share of `ms` in `whole`, from 0 to 1; 0 if `whole` is 0. */
export function shareOf(whole: number, ms: number): number {
  return whole === 0 ? 0 : ms / whole;
}

/** Formats a duration: `0.4 ms`, `52 ms`. */
export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
