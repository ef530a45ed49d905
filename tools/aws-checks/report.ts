import type { Finding, Result } from './check';

/** Output of `--json`. */
export interface Report {
  readonly stack: string;
  readonly region: string;
  /** Time of the run, ISO 8601 in UTC. */
  readonly checkedAt: string;
  /** Number of checks with each result. */
  readonly summary: Readonly<Record<Result, number>>;
  readonly findings: readonly Finding[];
  /** Descriptions of what the deployment has and the command does not check. */
  readonly notChecked: readonly string[];
}

/** Creates the report, with a summary of the findings. */
export function report(
  { stack, region }: Pick<Report, 'stack' | 'region'>,
  now: Date,
  findings: readonly Finding[],
  notChecked: readonly string[],
): Report {
  const count = (result: Result) => findings.filter((finding) => finding.result === result).length;
  return {
    stack,
    region,
    checkedAt: now.toISOString(),
    summary: { passed: count('passed'), failed: count('failed'), unknown: count('unknown'), pending: count('pending') },
    findings,
    notChecked,
  };
}

/**
 * 0: all checks passed. 1: at least one failed. 2: none failed, but at least one is unknown. 3: the others passed, but at
 * least one is pending. Of these four, only the last can be worth waiting for.
 */
export function exitCode({ summary }: Report): 0 | 1 | 2 | 3 {
  return summary.failed > 0 ? 1 : summary.unknown > 0 ? 2 : summary.pending > 0 ? 3 : 0;
}
