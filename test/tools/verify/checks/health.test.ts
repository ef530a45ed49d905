import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { Output } from '../../../../lib/outputs';
import { ALARM_TOPIC, type Answers, composite, metricAlarm } from '../passing-deployment';
import { finding, itFailsFor } from '../mocked-aws';

/** Each composite alarm, and each alarm of its rule, changed as given. */
const alarms = (
  changed: Partial<CompositeAlarm>,
  members: (alarm: MetricAlarm) => MetricAlarm[] = (alarm) => [alarm],
): Partial<Answers> => ({
  DescribeAlarms: ({ AlarmNames = [], AlarmTypes: [type] = [] }) =>
    type === 'CompositeAlarm'
      ? {
          CompositeAlarms: AlarmNames.filter((name) => name !== 'lane-certificate').map((name) => ({
            ...composite(name),
            ...changed,
          })),
        }
      : { MetricAlarms: AlarmNames.map(metricAlarm).flatMap(members) },
});

/** The alarm that notifies by itself, changed as given. */
const alone = (changed: Partial<MetricAlarm>) =>
  alarms({}, (alarm) => [alarm.AlarmName === 'lane-certificate' ? { ...alarm, ...changed } : alarm]);

const raised = (alarm: MetricAlarm): MetricAlarm[] =>
  alarm.AlarmName?.endsWith('-errors')
    ? [{ ...alarm, StateValue: 'ALARM', StateReason: '3 of 5 are above 1.' }]
    : [alarm];

describe('The checks of the alarms that notify', () => {
  itFailsFor('lane-http notifies the topic of an alarm and of its end', [
    [
      'disabled actions',
      alarms({ ActionsEnabled: false }),
      'actions disabled, notifies of an alarm, notifies of its end',
    ],
    [
      'another topic',
      alarms({ AlarmActions: [`${ALARM_TOPIC}-2`] }),
      'actions enabled, does not notify of an alarm, notifies of its end',
    ],
    [
      'no action at the end',
      alarms({ OKActions: [] }),
      'actions enabled, notifies of an alarm, does not notify of its end',
    ],
  ]);

  itFailsFor('lane-http watches metrics, or alarms that exist', [
    [
      'an alarm that was deleted',
      alarms({}, (alarm) => (alarm.AlarmName === 'lane-http-errors' ? [] : [alarm])),
      'no alarm lane-http-errors',
    ],
    ['a rule without alarms', alarms({ AlarmRule: 'FALSE' }), '0 alarms'],
  ]);

  itFailsFor('lane-http is OK', [
    [
      'an alarm of its rule, with the reason and the section of the runbook',
      alarms({ StateValue: 'ALARM' }, raised),
      'ALARM. lane-http-errors: 3 of 5 are above 1. Fix: docs/runbook.md#errors',
    ],
    ['an alarm that ended meanwhile', alarms({ StateValue: 'ALARM' }), 'ALARM'],
  ]);

  it('do not know the health of a lane before CloudWatch has data', async () => {
    expect(await finding('lane-http is OK', alarms({ StateValue: 'INSUFFICIENT_DATA' }))).toMatchObject({
      result: 'unknown',
      found: 'INSUFFICIENT_DATA. Fix: run the command again in 5 minutes.',
    });
  });

  itFailsFor('lane-certificate notifies the topic of an alarm and of its end', [
    [
      'no action, as an alarm of the rule of a composite alarm has',
      alone({ AlarmActions: [], OKActions: [] }),
      'actions enabled, does not notify of an alarm, does not notify of its end',
    ],
    ['an alarm that was deleted', alarms({}, () => []), 'the alarm lane-certificate does not exist'],
  ]);

  itFailsFor('lane-certificate watches metrics, or alarms that exist', [
    ['an expression without a metric', alone({ MetricName: undefined, Metrics: [] }), '0 metrics'],
  ]);

  itFailsFor('lane-certificate is OK', [
    [
      'its state, with the reason and the section of the runbook',
      alone({ StateValue: 'ALARM', StateReason: '30 is not above 30.' }),
      'ALARM. lane-certificate: 30 is not above 30. Fix: docs/runbook.md#errors',
    ],
  ]);

  it('do not know the state of a certificate in its first day', async () => {
    expect(await finding('lane-certificate is OK', alone({ StateValue: 'INSUFFICIENT_DATA' }))).toMatchObject({
      result: 'unknown',
      found: 'INSUFFICIENT_DATA. Fix: run the command again in 24 hours.',
    });
  });

  it('read more alarms than CloudWatch returns at once', async () => {
    const names = Array.from({ length: 130 }, (_, index) => `lane-${index}`);
    const asked: number[] = [];
    const { DescribeAlarms } = alarms({});
    const answers: Partial<Answers> = {
      DescribeAlarms: (input) => {
        asked.push(input.AlarmNames?.length ?? 0);
        return DescribeAlarms?.(input) ?? {};
      },
    };

    const found = await finding('lane-129 is OK', answers, { [Output.HEALTH_ALARMS]: names.join(',') });

    expect(found).toMatchObject({ result: 'passed' });
    // The names as composite alarms, none as a metric alarm, and two alarms of each.
    expect(asked).toEqual([100, 30, 100, 100, 60]);
  });
});
