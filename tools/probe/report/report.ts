import type { Cause, NotMeasured, Undecided } from '../diagnosis/cause';
import type { Framework } from '../diagnosis/framework';
import type { Measurements } from '../measurements';

/** A part of a request's time in a browser. */
export interface Phase {
  readonly name:
    | 'DNS'
    | 'other address family'
    | 'redirect'
    | 'TCP'
    | 'TLS'
    | 'preflight'
    | 'cold process'
    | 'cold worker'
    | 'new connection'
    | 'new URL'
    | 'reopening'
    | 'server'
    | 'body';
  readonly ms: number;
}

/** Phases of the page's first and second request, in order of time. Phases that take no time are absent. */
export interface Waterfall {
  readonly first: readonly Phase[];
  readonly second: readonly Phase[];
}

/** Output of `--json`. Times are in milliseconds. Values that were not measured are absent. */
export interface Report {
  /** The answer in one line. */
  readonly answer: string;
  /** 0: no problem. 1: faults were found. 2: cannot tell, for the reasons in `undecided`. */
  readonly exitCode: 0 | 1 | 2;
  /** Faults first, `slow-handler` as the last of them, then network latency, each sorted by added time. */
  readonly causes: readonly Cause[];
  readonly undecided: readonly Undecided[];
  readonly notMeasured: readonly NotMeasured[];
  readonly request: { readonly method: string; readonly url: string; readonly origin?: string };
  readonly websocket?: string;
  /** ISO 8601 in UTC. */
  readonly measuredAt: string;
  readonly framework?: Framework;
  readonly waterfall: Waterfall;
  readonly measurements: Measurements;
}
