import { Duration, Stack } from 'aws-cdk-lib';
import type { Alarm, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { accountAlarms } from './alarms/account';
import { alarmPrefixOf, prefixProblems } from './alarm-prefix';
import { AlarmTopic } from './alarm-topic';
import { warnOfUnwatchedDistribution } from './alarms/distribution';
import { httpAlarms } from './alarms/http';
import type { AlarmNaming, LaneAlarm } from './alarms/lane-alarm';
import { LaneDashboard } from './dashboard/lane-dashboard';
import { DeploymentAlarms, rollbackAlarmsOf } from './deployment-alarms';
import { addAlarms, LaneHealth } from './lane-health';
import { logAlarms } from './alarms/log';
import { namesakeProblems } from './namesake-problems';
import type { OperationOptions } from './operation-options';
import { optionProblems, watchedProblems } from './operation-problems';
import { sharedAlarms } from './alarms/both-lanes';
import { thresholdsOf } from './alarms/thresholds';
import type { Watched } from './watched';
import { webSocketAlarms } from './alarms/websocket';
import type { CanaryConfig } from './canary/canary-config';
import { canaryProblems, isCanary } from './canary/lanes-problems';
import { type RetentionOptions, retentionOf } from '../storage/retention';

/** Path of the runbook in this repository. */
const RUNBOOK = 'docs/runbook.md';

export interface OperationProps extends Watched, OperationOptions, RetentionOptions {}

/** Alarms, the health of each lane, and a dashboard. */
export class Operation extends Construct {
  /** Topic that is notified when a lane's health changes. */
  readonly alarmTopic: ITopic;

  /** Health of the lanes, and of the message log with its delivery; undefined for what does not exist. */
  readonly health: { readonly http?: LaneHealth; readonly webSocket?: LaneHealth; readonly log?: LaneHealth };

  /** Alarms that notify the topic: the health of the lanes first, and then alarms of conditions that last. */
  readonly notifyingAlarms: readonly (Alarm | CompositeAlarm)[];

  /** First part of the names of the alarms: the name of the stack and the ids from the stack to the scope. */
  readonly alarmPrefix: string;

  /** The canary; undefined without one. */
  readonly canary: CanaryConfig | undefined;

  /**
   * Alarms on errors and latency of the HTTP lane and the WebSocket lane, for rollback triggers of CloudFormation, which accepts 5 metric
   * alarms and no composite alarms.
   */
  readonly rollbackAlarms: readonly Alarm[];

  /** True if an alarm on errors or latency of a lane rolls back a deployment of that lane. */
  readonly deploymentAlarms: boolean;

  /** The dashboard; undefined without one. */
  readonly dashboard: LaneDashboard | undefined;

  constructor(scope: Construct, id: string, props: OperationProps) {
    super(scope, id);
    this.node.addValidation({
      validate: () => [
        ...optionProblems(this, props),
        ...watchedProblems(props),
        ...canaryProblems(props.canary, props),
        ...prefixProblems(this.alarmPrefix),
        ...namesakeProblems(this, operationsOf(this)),
      ],
    });
    const thresholds = thresholdsOf(props.thresholds);
    const prefix = alarmPrefixOf(scope);
    this.alarmPrefix = prefix;
    const naming: AlarmNaming = { prefix, runbookUrl: props.runbookUrl ?? RUNBOOK };
    this.alarmTopic = props.alarmTopic ?? new AlarmTopic(this, 'AlarmTopic').topic;

    this.canary = this.addCanary(props);
    const canaryAlarms = this.canary?.alarms;

    const shared = addAlarms(
      this,
      [
        ...sharedAlarms(props, thresholds),
        ...(props.accountAlarms ? accountAlarms(props, thresholds) : []),
        ...(canaryAlarms?.canary ?? []),
      ],
      naming,
      this.alarmTopic,
    );
    warnOfUnwatchedDistribution(this, props);
    const healthOf = (lane: 'http' | 'websocket' | 'log', construct: string, alarms: readonly LaneAlarm[]) =>
      new LaneHealth(this, construct, {
        lane,
        alarms,
        sharedAlarms: lane === 'log' ? [] : shared.alarms,
        sharedLastingAlarms: lane === 'log' ? [] : shared.lastingAlarms,
        naming,
        alarmTopic: this.alarmTopic,
      });
    this.health = {
      ...(props.httpLane && {
        http: healthOf('http', 'Http', [...httpAlarms(props, thresholds), ...(canaryAlarms?.http ?? [])]),
      }),
      ...(props.webSocketLane && {
        webSocket: healthOf('websocket', 'WebSocket', [
          ...webSocketAlarms(props, thresholds),
          ...(canaryAlarms?.webSocket ?? []),
        ]),
      }),
      ...((props.messageLog ?? props.delivery ?? props.revocation) && {
        log: healthOf('log', 'Log', [...logAlarms(props, thresholds), ...(canaryAlarms?.log ?? [])]),
      }),
    };
    const lanes = Object.values(this.health);
    this.notifyingAlarms = [
      ...lanes.map(({ compositeAlarm }) => compositeAlarm),
      ...new Set(lanes.flatMap(({ lastingAlarms }) => lastingAlarms)),
    ];
    const rollbackAlarms = {
      http: rollbackAlarmsOf('http', this.health.http),
      webSocket: rollbackAlarmsOf('webSocket', this.health.webSocket),
      log: rollbackAlarmsOf('log', this.health.log),
    };
    this.rollbackAlarms = [...rollbackAlarms.http, ...rollbackAlarms.webSocket];
    this.deploymentAlarms = props.deploymentAlarms ?? true;
    if (this.deploymentAlarms) {
      const namesOf = (alarms: readonly Alarm[]) => alarms.map(({ node }) => `${prefix}-${node.id}`);
      new DeploymentAlarms(this, 'DeploymentAlarms', {
        watched: props,
        names: {
          http: namesOf(rollbackAlarms.http),
          webSocket: namesOf(rollbackAlarms.webSocket),
          log: namesOf(rollbackAlarms.log),
        },
      });
    }
    this.dashboard =
      (props.dashboard ?? true)
        ? new LaneDashboard(this, 'Dashboard', {
            watched: props,
            health: this.health,
            ...(this.canary && { canary: this.canary }),
            // Dashboards of all Regions share their names.
            dashboardName: `${prefix}-${Stack.of(this).region}`,
            runbookUrl: naming.runbookUrl,
          })
        : undefined;
  }

  private addCanary({
    canary,
    httpLane,
    webSocketLane,
    admission,
    delivery,
    ...options
  }: OperationProps): CanaryConfig | undefined {
    // With other problems, too, so that synthesis reports those of the canary at the same time.
    return isCanary(canary) && httpLane && webSocketLane
      ? canary.bind(new Construct(this, 'Canary'), {
          httpUrl: httpLane.url,
          webSocketUrl: webSocketLane.url,
          authentication: admission?.authentication,
          batchingWindow: delivery?.maxBatchingWindow ?? Duration.seconds(0),
          retention: retentionOf(options),
        })
      : undefined;
  }
}

/** @returns the operations of the app, in the order of their creation */
function operationsOf({ node }: Operation): Operation[] {
  return node.root.node.findAll().filter((construct) => construct instanceof Operation);
}
