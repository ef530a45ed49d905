import type { Logger } from '../logger';
import { type CanaryReport, CHECK_NAMES, CHECKS } from './canary';
import { logLineOf, metricLineOf } from './report-lines';

export interface ReportedRun {
  /** Value of the dimension `Canary`. */
  readonly name: string;
  readonly run: () => Promise<CanaryReport>;
  /** True if a failed check must fail the invocation, too. CloudWatch Synthetics counts its runs so. */
  readonly throws: boolean;
  readonly logger: Logger;
  /** Takes the line of the metrics, with a line break. */
  readonly output: (line: string) => void;
}

/** @returns a handler that runs the canary, and writes its metrics and its results to the log. Its result is the report */
export function createHandler({ name, run, throws, logger, output }: ReportedRun): () => Promise<CanaryReport> {
  return async () => {
    const report = await run();
    output(`${metricLineOf(report, name, Date.now())}\n`);
    logger(logLineOf(report));
    const failed = CHECKS.filter((check) => report.checks[check].outcome === 'failed');
    if (throws && failed.length > 0) {
      throw new Error(
        `Failed checks: ${failed.map((check) => CHECK_NAMES[check]).join(', ')}. The log has the reasons`,
      );
    }
    return report;
  };
}
