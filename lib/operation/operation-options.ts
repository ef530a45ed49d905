import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Thresholds } from './alarms/thresholds';
import type { Canary } from './canary/canary';

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

  /**
   * A client that checks both lanes every few minutes: `Canary.scheduled()`. It needs both lanes with the code of this package, and
   * credentials: see {@link Canary}.
   *
   * @default - none
   */
  readonly canary?: Canary;

  /**
   * True to roll back a deployment of a service, or a gradual deployment of a function, if an alarm on errors or latency of its lane fires
   * meanwhile. Without these alarms, only tasks that do not start, and errors of the function, roll a deployment back. ECS continues to
   * watch the alarms after the last old task stopped, for a time that it computes from their periods, so deployments take minutes longer.
   * It watches none of them if one is in alarm when the deployment starts.
   *
   * To add alarms to a service, pass `false` and call its `enableDeploymentAlarms` once with all names: the CDK ignores a second call
   * (aws/aws-cdk#36308).
   *
   * @default true
   */
  readonly deploymentAlarms?: boolean;
}
