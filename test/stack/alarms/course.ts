import type { Scenario } from './alarm-case';
import { statesUntil } from './alarm-state';
import type { Facts } from './facts';
import type { MetricAlarm } from './metric-alarm';
import type { Reading } from './metric-math';
import type { Published } from './published';
import { dataOf } from './world';

/** Quota of the account in all scenarios. */
export const QUOTA = 1000;

/** Stack in which alarms are evaluated. */
export interface EvaluatedStack {
  readonly published: readonly Published[];
  readonly facts: Facts;
}

/** Course of alarms of a kind: true for the periods at whose end any of them is in alarm. */
interface Course {
  readonly before: readonly boolean[];
  readonly during: readonly boolean[];
  readonly after: readonly boolean[];
}

/** Periods after which an alarm has read nothing but what is new. */
export function longTimeOf({ evaluationPeriods }: MetricAlarm): number {
  return evaluationPeriods + 3;
}

/** Evaluates alarms of a kind with normal traffic, with the trouble of a scenario for some periods, and with normal traffic again. */
export function courseOf(
  alarms: readonly MetricAlarm[],
  { changes }: Scenario,
  { published }: EvaluatedStack,
  periods: number,
  reading: Reading,
): Course {
  const long = Math.max(...alarms.map(longTimeOf));
  const states = alarms.map((alarm) => {
    const from = long * alarm.period;
    const data = dataOf({ published, changes, from, to: from + periods * alarm.period, quota: QUOTA });
    return statesUntil((2 * long + periods) * alarm.period, alarm, data, reading);
  });
  const inAlarm = (states[0] ?? []).map((_, index) => states.some((each) => each[index] === 'ALARM'));
  return {
    before: inAlarm.slice(0, long),
    during: inAlarm.slice(long, long + periods),
    after: inAlarm.slice(long + periods),
  };
}
