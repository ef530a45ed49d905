import type { Metric, MetricAlarm } from './metric-alarm';
import { evaluate, type Reading, type Series } from './metric-math';
import { statisticOf } from './statistic';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** Values of a metric that were published in a minute. */
type Values = (minute: number) => readonly number[];

/** Published data of metrics. */
export interface Data {
  /** Values that were published in each minute. Throws for a metric that nothing publishes. */
  readonly valuesOf: (metric: Metric) => Values;

  /** Service quota of a metric. Throws for a metric without one. */
  readonly quotaOf: (metric: Metric) => number;
}

/** Instant of an evaluation. */
export interface Moment {
  /** First minute whose data is not complete. */
  readonly now: number;
  readonly previous: AlarmState;
}

/**
 * Data points that CloudWatch reads beyond the evaluation periods. The documentation says only that there are some. Its examples have
 * 5 for 3 evaluation periods.
 */
const EXTRA_PERIODS = 2;

/** @returns the state of an alarm after an evaluation */
export function stateOf(alarm: MetricAlarm, all: Data, { now, previous }: Moment, reading: Reading): AlarmState {
  const data: Data = {
    ...all,
    valuesOf: (metric) => {
      const values = all.valuesOf(metric);
      return (minute) => (minute < now - reading.lateMinutes ? values(minute) : []);
    },
  };
  const points = pointsOf(alarm, data, now, reading);
  const breaches = points.map((point) => (point === undefined ? undefined : isBreach(alarm, point)));
  return stateOfBreaches(breaches, { ...alarm, missingData: missingDataOf(alarm) }) ?? previous;
}

/** CloudWatch ignores missing data of DynamoDB's metrics, whatever the alarm says. Whether it does so for expressions is not documented. */
function missingDataOf({ inputs, missingData }: MetricAlarm): string {
  const namespaces = [...inputs.values()].map(({ metric }) => metric.namespace);
  return namespaces.includes('AWS/DynamoDB') ? 'ignore' : missingData;
}

/** @returns the states of an alarm at the end of each of its periods up to a minute. It begins in `INSUFFICIENT_DATA`. */
export function statesUntil(end: number, alarm: MetricAlarm, data: Data, reading: Reading): AlarmState[] {
  let previous: AlarmState = 'INSUFFICIENT_DATA';
  const states: AlarmState[] = [];
  for (let now = alarm.period; now <= end; now += alarm.period) {
    previous = stateOf(alarm, data, { now, previous }, reading);
    states.push(previous);
  }
  return states;
}

interface Rule {
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly missingData: string;
}

/**
 * Evaluates data points.
 *
 * Source: "Evaluating an alarm" and "Configuring how CloudWatch alarms treat missing data" in
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 *
 * @param breaches - of the periods that are read, oldest first; undefined for a missing data point
 * @returns undefined if the state does not change
 */
export function stateOfBreaches(
  breaches: readonly (boolean | undefined)[],
  { datapointsToAlarm, evaluationPeriods, missingData }: Rule,
): AlarmState | undefined {
  // Missing data counts only if there are fewer data points than evaluation periods.
  const existing = breaches.filter((breach) => breach !== undefined).slice(-evaluationPeriods);
  const breaching = existing.filter(Boolean).length;
  const missing = evaluationPeriods - existing.length;
  if (missingData === 'breaching') {
    return breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK';
  }
  if (breaching >= datapointsToAlarm) {
    return 'ALARM';
  }
  if (missingData === 'notBreaching' || breaching < existing.length || missing === 0) {
    return 'OK';
  }
  if (missingData === 'ignore') {
    return undefined;
  }
  if (missingData !== 'missing') {
    throw new Error(`unknown treatment of missing data: ${missingData}`);
  }
  // The oldest data point breaches, and none after it is good.
  return breaches[0] === true ? 'ALARM' : 'INSUFFICIENT_DATA';
}

function isBreach({ comparison, threshold }: MetricAlarm, point: number): boolean {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return point > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return point >= threshold;
    case 'LessThanThreshold':
      return point < threshold;
    case 'LessThanOrEqualToThreshold':
      return point <= threshold;
    default:
      throw new Error(`unknown comparison: ${comparison}`);
  }
}

function pointsOf(alarm: MetricAlarm, data: Data, now: number, reading: Reading): Series {
  const { inputs, expressions, compared, period, evaluationPeriods } = alarm;
  const periods = evaluationPeriods + EXTRA_PERIODS;
  return seriesOf(compared);

  function seriesOf(id: string): Series {
    const expression = expressions.get(id);
    if (expression !== undefined) {
      return evaluate(expression, { seriesOf, quotaOf: (of) => data.quotaOf(metricOf(of)) }, reading);
    }
    const values = data.valuesOf(metricOf(id));
    const statistic = inputs.get(id)?.statistic ?? '';
    return Array.from({ length: periods }, (_, index) =>
      statisticOf(statistic, valuesIn(values, now - (periods - index) * period, period)),
    );
  }

  function metricOf(id: string): Metric {
    const input = inputs.get(id);
    if (!input) {
      throw new Error(`no metric ${id} in the alarm ${alarm.name}`);
    }
    return input.metric;
  }
}

function valuesIn(values: Values, from: number, minutes: number): readonly number[] {
  return minutes === 1 ? values(from) : minutesFrom(from, minutes).flatMap((minute) => values(minute));
}

function minutesFrom(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
