import { type CompositeAlarm, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Aws } from '../aws';
import { type Check, check, type Evaluation, facts } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Operation } from '../deployment';

/** Names that DescribeAlarms accepts in one call. */
const NAMES_AT_ONCE = 100;

/** Seconds of a day: the period of the alarms on certificates. */
const DAY = 86_400;

/** Alarms that notify, and the alarms of the rules of composite ones, by name. Those that do not exist are absent. */
interface Alarms {
  readonly composite: ReadonlyMap<string, CompositeAlarm>;
  readonly alone: ReadonlyMap<string, MetricAlarm>;
  readonly members: ReadonlyMap<string, MetricAlarm>;
}

/**
 * Checks that each alarm of the output notifies the topic, that the alarms of its rule exist, and that it is not in alarm. An alarm of a
 * condition that lasts has no rule: it is a metric alarm.
 */
export function healthChecks({ healthAlarms, alarmTopicArn }: Operation, aws: Aws): Check[] {
  const query: Query<Alarms> = {
    action: 'cloudwatch:DescribeAlarms',
    // For composite alarms, AWS requires the permission on all.
    arn: '*',
    subject: `the alarms ${healthAlarms.join(', ')}`,
    run: () => alarmsOf(healthAlarms, aws),
  };
  return healthAlarms.flatMap((name) => {
    const checkOf = (expected: string, evaluate: (alarm: Alarm, alarms: Alarms) => Evaluation) =>
      check(`${name} ${expected}`, [query], (alarms) => {
        const alarm = alarms.composite.get(name) ?? alarms.alone.get(name);
        return alarm ? evaluate(alarm, alarms) : { passed: false, found: `the alarm ${name} does not exist` };
      });
    return [
      checkOf('notifies the topic of an alarm and of its end', (alarm) => notifies(alarm, alarmTopicArn)),
      checkOf('watches metrics, or alarms that exist', watches),
      checkOf('is OK', isOk),
    ];
  });
}

/** A composite alarm, or a metric alarm that notifies by itself. */
type Alarm = CompositeAlarm & MetricAlarm;

async function alarmsOf(names: readonly string[], aws: Aws): Promise<Alarms> {
  const composite = byName(
    await inParts(names, async (AlarmNames) => {
      const AlarmTypes: ['CompositeAlarm'] = ['CompositeAlarm'];
      const command = new DescribeAlarmsCommand({ AlarmNames, AlarmTypes, MaxRecords: NAMES_AT_ONCE });
      return (await aws.cloudWatch.send(command)).CompositeAlarms;
    }),
  );
  const alone = byName(
    await metricAlarmsOf(
      names.filter((name) => !composite.has(name)),
      aws,
    ),
  );
  const members = byName(await metricAlarmsOf([...new Set([...composite.values()].flatMap(membersOf))], aws));
  return { composite, alone, members };
}

function metricAlarmsOf(names: readonly string[], aws: Aws): Promise<MetricAlarm[]> {
  return inParts(names, async (AlarmNames) => {
    const AlarmTypes: ['MetricAlarm'] = ['MetricAlarm'];
    const command = new DescribeAlarmsCommand({ AlarmNames, AlarmTypes, MaxRecords: NAMES_AT_ONCE });
    return (await aws.cloudWatch.send(command)).MetricAlarms;
  });
}

async function inParts<Described>(
  names: readonly string[],
  describe: (names: string[]) => Promise<Described[] | undefined>,
): Promise<Described[]> {
  const found: Described[] = [];
  for (let from = 0; from < names.length; from += NAMES_AT_ONCE) {
    found.push(...((await describe(names.slice(from, from + NAMES_AT_ONCE))) ?? []));
  }
  return found;
}

function byName<Named extends { readonly AlarmName?: string }>(alarms: readonly Named[]): ReadonlyMap<string, Named> {
  return new Map(alarms.map((alarm) => [alarm.AlarmName ?? '', alarm]));
}

/** @returns the names of the alarms of a rule, `ALARM("arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME") OR ALARM("NAME")` */
function membersOf({ AlarmRule = '' }: Alarm): string[] {
  return [...AlarmRule.matchAll(/ALARM\(\s*"?([^")]+)"?\s*\)/g)].map(([, alarm = '']) =>
    alarm.replace(/^arn:.*:alarm:/, ''),
  );
}

function notifies({ ActionsEnabled, AlarmActions = [], OKActions = [] }: Alarm, topic: string): Evaluation {
  const to = (actions: readonly string[]) => (actions.includes(topic) ? 'notifies' : 'does not notify');
  return {
    passed: ActionsEnabled === true && AlarmActions.includes(topic) && OKActions.includes(topic),
    found: facts(
      ActionsEnabled ? 'actions enabled' : 'actions disabled',
      `${to(AlarmActions)} of an alarm`,
      `${to(OKActions)} of its end`,
    ),
  };
}

function watches(alarm: Alarm, { members }: Alarms): Evaluation {
  if (alarm.MetricName !== undefined || alarm.Metrics !== undefined) {
    const count = alarm.Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1;
    return { passed: count > 0, found: count === 1 ? '1 metric' : `${count} metrics` };
  }
  const names = membersOf(alarm);
  const missing = names.filter((name) => !members.has(name));
  return {
    passed: names.length > 0 && missing.length === 0,
    found: missing.length > 0 ? `no alarm ${missing.join(', ')}` : `${names.length} alarms`,
  };
}

function isOk(alarm: Alarm, { alone, members }: Alarms): Evaluation {
  const { AlarmName = '', StateValue } = alarm;
  const raised = [alone.get(AlarmName), ...membersOf(alarm).map((name) => members.get(name))].flatMap((each) =>
    each?.StateValue === 'ALARM' ? [reasonOf(each)] : [],
  );
  const waiting = `INSUFFICIENT_DATA. Fix: run the command again in ${alarm.Period === DAY ? '24 hours' : '5 minutes'}.`;
  return {
    passed: StateValue === 'OK',
    unknown: StateValue === 'INSUFFICIENT_DATA',
    found:
      StateValue === 'INSUFFICIENT_DATA'
        ? waiting
        : [facts(StateValue), ...(StateValue === 'ALARM' ? raised : [])].join('. '),
  };
}

function reasonOf({ AlarmName, StateReason, AlarmDescription = '' }: MetricAlarm): string {
  const [, runbook] = /^Runbook: (.+)$/m.exec(AlarmDescription) ?? [];
  return `${AlarmName}: ${facts(StateReason)}${runbook === undefined ? '' : ` Fix: ${runbook}`}`;
}
