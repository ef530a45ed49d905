import { type Alarm, type AlarmBase, AlarmRule, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmPage, consoleUrlOf } from './console-pages';
import { addAlarm, type AlarmNaming, descriptionOf, type LaneAlarm } from './alarms/lane-alarm';

export interface LaneHealthProps {
  /** `http`, `websocket` or `log`: part of the name of the composite alarm. */
  readonly lane: 'http' | 'websocket' | 'log';

  /** Alarms of this lane only. */
  readonly alarms: readonly LaneAlarm[];

  /** Alarms of resources that several lanes use. */
  readonly sharedAlarms: readonly Alarm[];

  /** Alarms of such resources that notify by themselves. @default - none */
  readonly sharedLastingAlarms?: readonly Alarm[];

  readonly naming: AlarmNaming;
  readonly alarmTopic: ITopic;
}

/** Subjects of the descriptions, and chapters of the runbook. */
const LANES: Readonly<Record<LaneHealthProps['lane'], { readonly subject: string; readonly chapter: string }>> = {
  http: { subject: 'The HTTP lane', chapter: 'http-lane' },
  websocket: { subject: 'The WebSocket lane', chapter: 'websocket-lane' },
  log: { subject: 'The message log or its delivery', chapter: 'message-log-and-delivery' },
};

/** Maximum length of the rule of a composite alarm: a limit of CloudWatch. */
const LONGEST_RULE = 10_240;

/** An ARN of an alarm in the rule, without its name, in the partition and the Region with the longest names. */
const RULE_OF_ONE = 'ALARM("arn:aws-us-gov:cloudwatch:ap-southeast-1:111122223333:alarm:") OR '.length;

/**
 * Health of a lane: its alarms, and a composite alarm that notifies if any of them is in alarm, and again when none is. Alarms of
 * conditions that last are not part of the composite alarm, and notify by themselves.
 */
export class LaneHealth extends Construct {
  /** Alarms that the composite alarm consists of. */
  readonly alarms: readonly Alarm[];

  /** Alarms that notify by themselves. */
  readonly lastingAlarms: readonly Alarm[];

  readonly compositeAlarm: CompositeAlarm;

  constructor(scope: Construct, id: string, props: LaneHealthProps) {
    super(scope, id);
    const { lane, alarms, sharedAlarms, sharedLastingAlarms = [], naming, alarmTopic } = props;
    const added = addAlarms(this, alarms, naming, alarmTopic);
    this.alarms = [...added.alarms, ...sharedAlarms];
    this.lastingAlarms = [...added.lastingAlarms, ...sharedLastingAlarms];
    const name = `${naming.prefix}-${lane}`;
    const { subject, chapter } = LANES[lane];
    this.compositeAlarm = new CompositeAlarm(this, 'Health', {
      compositeAlarmName: name,
      alarmDescription: descriptionOf(
        `${subject} has a problem. The alarms in the rule say what is wrong, and what to do.`,
        `${naming.runbookUrl}#${chapter}`,
        consoleUrlOf(this, alarmPage(this, name)),
      ),
      alarmRule: AlarmRule.anyOf(...this.alarms),
    });
    notify(this.compositeAlarm, alarmTopic);
    const names = this.alarms.map(({ node }) => `${naming.prefix}-${node.id}`);
    this.node.addValidation({ validate: () => ruleProblems(lane, names) });
  }
}

/** Creates alarms. Those of conditions that last notify the topic. */
export function addAlarms(
  scope: Construct,
  alarms: readonly LaneAlarm[],
  naming: AlarmNaming,
  topic: ITopic,
): Pick<LaneHealth, 'alarms' | 'lastingAlarms'> {
  const added = alarms.map((laneAlarm) => ({ ...laneAlarm, alarm: addAlarm(scope, laneAlarm, naming) }));
  const lastingAlarms = added.filter(({ notifiesItself }) => notifiesItself).map(({ alarm }) => alarm);
  lastingAlarms.forEach((alarm) => notify(alarm, topic));
  return { alarms: added.filter(({ notifiesItself }) => !notifiesItself).map(({ alarm }) => alarm), lastingAlarms };
}

function notify(alarm: AlarmBase, topic: ITopic): void {
  const action = new SnsAction(topic);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
}

/** @param names - of the alarms in the rule */
function ruleProblems(lane: string, names: readonly string[]): string[] {
  const length = names.reduce((sum, name) => sum + RULE_OF_ONE + name.length, 0);
  return length > LONGEST_RULE
    ? [
        `the rule of the composite alarm ${lane} must have at most ${LONGEST_RULE} characters, got ${length} for ${names.length} alarms. Fix: use shorter ids of the stack and its constructs, or fewer bundled routes`,
      ]
    : [];
}
