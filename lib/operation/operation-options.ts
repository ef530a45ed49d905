import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Thresholds } from './alarms/thresholds';

/** Options of the operation. */
export interface OperationOptions {
  /**
   * Standard topic of the stack's Region that is notified when a lane's health changes. A topic that is encrypted needs a key of your own which CloudWatch can use.
   *
   * @default - a topic is created. Subscribe to it: it has no subscriptions
   */
  readonly alarmTopic?: ITopic;

  /**
   * URL of the page with your copy of docs/runbook.md. The description of an alarm links to a section of it. Set it: a notification
   * with the default has a path, and not a link.
   *
   * @default - docs/runbook.md of this repository, as a path
   */
  readonly runbookUrl?: string;

  /** Thresholds of the alarms. @default - see {@link Thresholds} */
  readonly thresholds?: Partial<Thresholds>;

  /**
   * True for a dashboard of both lanes.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * True for alarms on quotas that all stages of the account and Region share. Use it in only one of them.
   *
   * @default false
   */
  readonly accountAlarms?: boolean;
}
