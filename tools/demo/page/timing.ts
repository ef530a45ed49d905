/** Members of `PerformanceResourceTiming` that the waterfall uses, in milliseconds since the start of the page. */
export interface Timing {
  readonly startTime: number;
  /** 0 without a redirect, as `redirectEnd`. */
  readonly redirectStart?: number;
  readonly redirectEnd?: number;
  /** After redirects. */
  readonly fetchStart?: number;
  readonly domainLookupStart: number;
  readonly domainLookupEnd: number;
  readonly connectStart: number;
  /** 0 without TLS. */
  readonly secureConnectionStart: number;
  readonly connectEnd: number;
  readonly requestStart: number;
  readonly responseStart: number;
  readonly responseEnd: number;
}

/** Phase of a request. */
export interface Phase {
  readonly name: 'ahead' | 'lookup' | 'connect' | 'tls' | 'waiting' | 'receiving' | 'hidden';
  readonly milliseconds: number;
}

/**
 * Phases of a request, in order, which add up to its duration. Browsers do not report a preflight: it is part of the time
 * `ahead` of the request, as is the connection if the preflight opened it.
 */
export function phasesOf(timing: Timing): Phase[] {
  const lookup = timing.domainLookupEnd - timing.domainLookupStart;
  const tls = timing.secureConnectionStart > 0 ? timing.connectEnd - timing.secureConnectionStart : 0;
  const connect = timing.connectEnd - timing.connectStart - tls;
  return [
    { name: 'ahead', milliseconds: timing.requestStart - timing.startTime - lookup - connect - tls },
    { name: 'lookup', milliseconds: lookup },
    { name: 'connect', milliseconds: connect },
    { name: 'tls', milliseconds: tls },
    { name: 'waiting', milliseconds: timing.responseStart - timing.requestStart },
    { name: 'receiving', milliseconds: timing.responseEnd - timing.responseStart },
  ];
}
