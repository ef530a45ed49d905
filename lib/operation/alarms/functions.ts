import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { LaneFunction } from '../../functions/lane-function';
import { functionsPage } from '../console-pages';
import type { LaneAlarm } from './lane-alarm';
import { METRICS_OF_AN_ALARM, outOf, SUM, sumOf } from './statistics';
import type { Thresholds } from './thresholds';

interface FunctionAlarms {
  /** Begin of the ids: `http-function`. */
  readonly prefix: string;

  /** Subject of the problems: `functions of the HTTP lane`. */
  readonly subject: string;

  readonly functions: readonly LaneFunction[];
}

/** @returns alarms on failed and throttled invocations. Each alarm is on the sum of up to 10 functions. */
export function functionAlarms(
  { prefix, subject, functions }: FunctionAlarms,
  { functionErrors }: Thresholds,
): LaneAlarm[] {
  return chunksOf(functions).flatMap((chunk, index): LaneAlarm[] => {
    const suffix = index === 0 ? '' : `-${index + 1}`;
    const sum = (label: string, metricOf: (fn: LaneFunction) => Metric) => sumOf(chunk.map(metricOf), label);
    return [
      {
        id: `${prefix}-errors${suffix}`,
        section: `${prefix}-errors`,
        problem: `Invocations of ${subject} fail.`,
        metric: sum('Failed invocations', (fn) => fn.function.metricErrors(SUM)),
        threshold: functionErrors,
        ...outOf(3, 5),
        console: functionsPage(chunk),
      },
      {
        id: `${prefix}-throttles${suffix}`,
        section: `${prefix}-throttles`,
        problem: `Lambda throttles ${subject}: the concurrency is used up.`,
        metric: sum('Throttled invocations', (fn) => fn.function.metricThrottles(SUM)),
        threshold: 0,
        ...outOf(5, 7),
        console: functionsPage(chunk),
      },
    ];
  });
}

function chunksOf(functions: readonly LaneFunction[]): (readonly LaneFunction[])[] {
  const count = Math.ceil(functions.length / METRICS_OF_AN_ALARM);
  return Array.from({ length: count }, (_, index) =>
    functions.slice(index * METRICS_OF_AN_ALARM, (index + 1) * METRICS_OF_AN_ALARM),
  );
}
