import { embeddedLine, type MetricValues } from '../embedded-line';
import type { Line } from '../logger';
import { type CanaryReport, type CheckResult, CHECKS, MEASUREMENTS, type MeasurementName } from './canary';
import { CANARY_METRICS } from './canary-metrics';

/**
 * @param name - value of the dimension `Canary`
 * @param now - in milliseconds since 1970
 * @returns the metrics of a run as a line in the embedded metric format. Checks that were not tried, and measurements that failed, have
 * no value. There is always one: that of the sign-in
 */
export function metricLineOf({ checks, measurements }: CanaryReport, name: string, now: number): string {
  const percents = CHECKS.flatMap((check): MetricValues[] => {
    const { outcome } = checks[check];
    return outcome === 'notTried'
      ? []
      : [{ name: CANARY_METRICS.checks[check], unit: 'Percent', values: [outcome === 'passed' ? 100 : 0] }];
  });
  const measured = (Object.keys(MEASUREMENTS) as MeasurementName[]).flatMap((measurement): MetricValues[] => {
    const value = measurements[measurement];
    return value !== undefined && Number.isFinite(value)
      ? [{ name: CANARY_METRICS.measurements[measurement], unit: MEASUREMENTS[measurement], values: [value] }]
      : [];
  });
  return embeddedLine({ Canary: name }, [...percents, ...measured], now);
}

/** @returns the results of a run for the log: `{ event: 'canary', signIn: 'passed', http: 'failed: GET …', … }` */
export function logLineOf({ checks }: CanaryReport): Line {
  return { event: 'canary', ...Object.fromEntries(CHECKS.map((check) => [check, textOf(checks[check])])) };
}

function textOf(result: CheckResult): string {
  switch (result.outcome) {
    case 'passed':
      return 'passed';
    case 'failed':
      return `failed: ${result.reason}`;
    case 'notTried':
      return `not tried: ${result.because}`;
  }
}
