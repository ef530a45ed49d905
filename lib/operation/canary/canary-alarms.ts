import type { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Canary } from 'aws-cdk-lib/aws-synthetics';
import type { CheckName } from '../../../lambda/canary/canary';
import { CANARY_METRICS } from '../../../lambda/canary/canary-metrics';
import type { LaneFunction } from '../../functions/lane-function';
import type { LaneAlarm } from '../alarms/lane-alarm';
import { outOf } from '../alarms/statistics';
import { canaryPage, functionsPage } from '../console-pages';
import type { CanaryConfig } from './canary-config';
import { canaryMetric } from './canary-metric';

/** Percent of success of a run that passes. */
const PASSED = 100;

/** Makes an alarm that fires if 2 of 3 runs fail. With one run in each period, a single lost packet does not fire it. */
const FAILING = { threshold: PASSED, comparison: ComparisonOperator.LESS_THAN_THRESHOLD, ...outOf(2, 3) };

/** A canary that does not run writes no metric. It can be so for days, for example until its user is created. */
const NOT_RUNNING = { notifiesItself: true, missingData: TreatMissingData.BREACHING };

interface ScheduledFunction {
  /** Value of the dimension `Canary`. */
  readonly name: string;
  /** Time between two runs. */
  readonly every: Duration;
  readonly fn: LaneFunction;
}

/** @returns an alarm for each check of a scheduled canary. A check that was not tried has no value, and fires none */
export function scheduledAlarms({ name, every, fn }: ScheduledFunction): CanaryConfig['alarms'] {
  const success = (check: CheckName): IMetric =>
    canaryMetric(name, CANARY_METRICS.checks[check], { period: every, statistic: Stats.MINIMUM });
  const alarmOf = (id: string, check: CheckName, problem: string): LaneAlarm => ({
    id,
    problem,
    metric: success(check),
    ...FAILING,
    console: functionsPage([fn]),
  });
  return {
    http: [alarmOf('http-canary', 'http', 'The canary cannot use the HTTP lane.')],
    webSocket: [alarmOf('websocket-canary', 'webSocket', 'The canary cannot connect to the WebSocket lane.')],
    log: [alarmOf('delivery-canary', 'delivery', 'A message that the canary publishes does not reach its socket.')],
    canary: [{ ...alarmOf('canary', 'signIn', 'The canary does not run, or cannot sign in.'), ...NOT_RUNNING }],
  };
}

/** @returns the alarm of a canary of CloudWatch Synthetics, which knows only whether a run passed */
export function syntheticsAlarms(canary: Canary, every: Duration): CanaryConfig['alarms'] {
  return {
    http: [],
    webSocket: [],
    log: [],
    canary: [
      {
        id: 'canary',
        problem: 'A check of the canary fails, or the canary does not run.',
        metric: canary.metricSuccessPercent({ period: every, statistic: Stats.MINIMUM }),
        ...FAILING,
        ...NOT_RUNNING,
        console: canaryPage(canary),
      },
    ],
  };
}
