import type { Finding, Verdict } from './check';

/** What `--json` prints. */
export interface Report {
  readonly stack: string;
  readonly region: string;
  /** When AWS was asked, ISO 8601 in UTC. */
  readonly verifiedAt: string;
  /** How many promises got each verdict. */
  readonly summary: Readonly<Record<Verdict, number>>;
  readonly findings: readonly Finding[];
  /** What the deployment has and no question is about, in words. */
  readonly notAsked: readonly string[];
}

/** Sums the findings up. */
export function report(
  { stack, region }: Pick<Report, 'stack' | 'region'>,
  now: Date,
  findings: readonly Finding[],
  notAsked: readonly string[],
): Report {
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  return {
    stack,
    region,
    verifiedAt: now.toISOString(),
    summary: { kept: count('kept'), broken: count('broken'), unknown: count('unknown') },
    findings,
    notAsked,
  };
}

/** 0: all promises are kept. 1: at least one is broken. 2: none is known to be broken, but not all could be verified. */
export function exitCode({ summary }: Report): 0 | 1 | 2 {
  return summary.broken > 0 ? 1 : summary.unknown > 0 ? 2 : 0;
}
