import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { lengthProblems } from './length-problems';
import { consoleUrlOf } from '../console-pages';

/** An alarm of a lane. Its id is part of its name. */
export interface LaneAlarm {
  /** `http-errors`: unique among the alarms of all lanes. */
  readonly id: string;

  /** Anchor of a section of the runbook. @default - the id */
  readonly section?: string;

  /** One sentence for the person who is notified. */
  readonly problem: string;

  readonly metric: IMetric;
  readonly threshold: number;

  /** @default ComparisonOperator.GREATER_THAN_THRESHOLD */
  readonly comparison?: ComparisonOperator;

  /** Periods of the last `evaluationPeriods` that must breach. */
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;

  /** @default TreatMissingData.NOT_BREACHING */
  readonly missingData?: TreatMissingData;

  /**
   * True for a condition that can last for days. In a composite alarm, which notifies only when its own state changes, it would hide
   * what begins meanwhile.
   *
   * @default false - the health of the lane notifies
   */
  readonly notifiesItself?: boolean;

  /** Page of the AWS console to look at first, after the host of the console: `lambda/home#/functions`. */
  readonly console: string;
}

/** Parts of the names and descriptions of alarms. */
export interface AlarmNaming {
  /** Prefix of the names: unique in an account and Region. */
  readonly prefix: string;

  readonly runbookUrl: string;
}

/** Description of an alarm that links to a section of the runbook, and to a page of the console. */
export function descriptionOf(problem: string, runbook: string, consoleUrl: string): string {
  return [problem, `Runbook: ${runbook}`, `Console: ${consoleUrl}`].join('\n\n');
}

/** Creates an alarm without actions. */
export function addAlarm(scope: Construct, laneAlarm: LaneAlarm, { prefix, runbookUrl }: AlarmNaming): Alarm {
  const { id, section = id, problem, console: page, ...alarm } = laneAlarm;
  const alarmName = `${prefix}-${id}`;
  const alarmDescription = descriptionOf(problem, `${runbookUrl}#${section}`, consoleUrlOf(scope, page));
  scope.node.addValidation({ validate: () => lengthProblems(scope, id, alarmName, alarmDescription) });
  return new Alarm(scope, id, {
    alarmName,
    alarmDescription,
    metric: alarm.metric,
    threshold: alarm.threshold,
    comparisonOperator: alarm.comparison ?? ComparisonOperator.GREATER_THAN_THRESHOLD,
    datapointsToAlarm: alarm.datapointsToAlarm,
    evaluationPeriods: alarm.evaluationPeriods,
    treatMissingData: alarm.missingData ?? TreatMissingData.NOT_BREACHING,
  });
}
