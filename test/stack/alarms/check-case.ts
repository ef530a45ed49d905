import type { AlarmCase, Scenario } from './alarm-case';
import { statesUntil } from './alarm-state';
import { courseOf, type EvaluatedStack, longTimeOf, QUOTA } from './course';
import type { MetricAlarm } from './metric-alarm';
import { type Reading, READINGS } from './metric-math';
import { dataOf } from './world';

const NOTHING: Scenario = { when: 'there is no data', changes: 'nothing' };

/**
 * Evaluates the alarms of a kind with the data of a case. An alarm must fire if trouble lasts, must not end before it, must end after it,
 * and must not fire if trouble lasts for one period less than the alarm's `datapointsToAlarm`.
 *
 * @param alarms - all alarms with the id of the case. Only several functions have more than one
 * @returns the problems: scenarios in which the alarms should have fired and did not, or the other way round
 */
export function problemsOf(alarms: readonly MetricAlarm[], alarmCase: AlarmCase, stack: EvaluatedStack): string[] {
  const [first] = alarms;
  if (!first) {
    return ['there is no alarm'];
  }
  const long = longTimeOf(first);
  const short = first.datapointsToAlarm - 1;
  const { firesWithoutData = false, staysWithoutData = false } = alarmCase;
  const firing = alarmCase.fires(stack.facts);
  const quiet = alarmCase.quiet(stack.facts);
  return READINGS.flatMap((reading) =>
    [
      ...[...firing, ...(firesWithoutData ? [NOTHING] : [])].flatMap((scenario) => problemsOfFiring(scenario, reading)),
      ...firing.flatMap((scenario) => problemsOfQuiet(scenario, short, reading)),
      ...[...quiet, ...(firesWithoutData ? [] : [NOTHING])].flatMap((scenario) =>
        problemsOfQuiet(scenario, long, reading),
      ),
      ...(staysWithoutData && !staysInAlarm(reading) ? ['ends although there is no data'] : []),
    ].map((problem) => withReading(problem, reading)),
  );

  function problemsOfFiring(scenario: Scenario, reading: Reading): string[] {
    const { before, during, after } = courseOf(alarms, scenario, stack, long, reading);
    return [
      ...(before.some(Boolean) ? ['fires with normal traffic'] : []),
      ...(during.at(-1) ? [] : [`does not fire if ${scenario.when}`]),
      ...(during.includes(true) && during.slice(during.indexOf(true)).includes(false)
        ? [`ends, and fires again, while ${scenario.when}`]
        : []),
      ...(after.at(-1) ? [`does not end after: ${scenario.when}`] : []),
    ];
  }

  function problemsOfQuiet(scenario: Scenario, periods: number, reading: Reading): string[] {
    const { before, during, after } = courseOf(alarms, scenario, stack, periods, reading);
    return [...before, ...during, ...after].some(Boolean) ? [`fires if ${scenario.when} in ${periods} periods`] : [];
  }

  /** @returns true if the alarms are in alarm after trouble and then a time without data */
  function staysInAlarm(reading: Reading): boolean {
    const changes = firing[0]?.changes ?? [];
    return alarms.every((alarm) => {
      const [from, end] = [2 * alarm.period, 10 * alarm.period];
      const data = dataOf({ published: stack.published, changes, from, to: end, quota: QUOTA });
      const valuesOf: typeof data.valuesOf = (metric) => {
        const values = data.valuesOf(metric);
        return (minute) => (minute < end / 2 ? values(minute) : []);
      };
      return statesUntil(end, alarm, { ...data, valuesOf }, reading).at(-1) === 'ALARM';
    });
  }
}

function withReading(problem: string, { missingOperand, fillOfNothing, lateMinutes }: Reading): string {
  return `${problem} (missing operand: ${missingOperand}, fill of nothing: ${fillOfNothing}, late: ${lateMinutes})`;
}
