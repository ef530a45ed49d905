/** Measured values that the verdict needs. */
interface Measured {
  /** Storm ÷ idle of the p99 of HTTP. */
  readonly ratio: number;
  readonly perSecond: {
    /** Messages that arrived at sockets: each counts once for each socket. */
    readonly arrivals: number;
  };
}

/** Contenders with a bound, and the plain server whose rate of messages is the reference. */
export type Judged = Readonly<Record<'behindOneProxy' | 'twinlaneLanes' | 'twinlaneServers', Measured>>;

/** Maximum of storm ÷ idle. */
const MAX_RATIO = { twinlaneLanes: 1.3, twinlaneServers: 1.15 } as const;

/** Minimum share of the reference's messages that servers must carry, for the same storm. */
const SAME_RATE = 0.95;

/** @returns the bounds that a run exceeds */
export function exceeded(figures: Judged): string[] {
  const { behindOneProxy: reference, twinlaneServers: servers } = figures;
  const rate = servers.perSecond.arrivals / reference.perSecond.arrivals;
  return [
    ...(['twinlaneLanes', 'twinlaneServers'] as const)
      .filter((name) => !(figures[name].ratio <= MAX_RATIO[name]))
      .map((name) => `${name}: storm ÷ idle must be at most ${MAX_RATIO[name]}, got ${figures[name].ratio}`),
    ...(rate >= SAME_RATE
      ? []
      : [
          `twinlaneServers: must carry at least ${SAME_RATE} of the messages of behindOneProxy, ` +
            `got ${servers.perSecond.arrivals} of ${reference.perSecond.arrivals} a second`,
        ]),
  ];
}
