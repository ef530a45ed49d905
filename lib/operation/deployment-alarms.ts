import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type Alarm, AlarmBase } from 'aws-cdk-lib/aws-cloudwatch';
import { AlarmBehavior, type FargateService } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { LaneFunction } from '../functions/lane-function';
import { deliveryFunctions } from '../websocket-lane/delivery-functions';
import type { LaneHealth } from './lane-health';
import type { Watched } from './watched';

/** Parts that are deployed, each with alarms of its own. */
type Part = 'http' | 'webSocket' | 'log';

/**
 * Ids of the alarms that roll a deployment back: those on errors and latency, which new code can cause. The others depend on load, on
 * resources that both versions use, or on the number of tasks, which the circuit breaker watches.
 */
const IDS: Readonly<Record<Part, readonly string[]>> = {
  http: ['http-errors', 'http-latency'],
  webSocket: ['websocket-errors', 'websocket-latency', 'websocket-failures'],
  log: ['delivery-errors', 'delivery-latency'],
};

/** @returns the alarms on errors and latency of a part, of those that exist */
export function rollbackAlarmsOf(part: Part, health: LaneHealth | undefined): Alarm[] {
  return (health?.alarms ?? []).filter(({ node }) => IDS[part].includes(node.id));
}

export interface DeploymentAlarmsProps {
  readonly watched: Watched;

  /** Names of the alarms of each part, as texts. */
  readonly names: Readonly<Record<Part, readonly string[]>>;
}

/**
 * Alarms that roll back a deployment of a service, or a gradual deployment of a function, of their own lane only.
 *
 * Services and deployment groups get names and no references: an alarm refers to the load balancer, the stage or the service that it
 * watches, so a reference back would be a cycle. CloudFormation therefore does not create the alarms first: the deployment that adds them can
 * end without them. The first deployment of a stack has no previous version to return to. The function of a route that is added later has only
 * its own alarm.
 */
export class DeploymentAlarms extends Construct {
  constructor(scope: Construct, id: string, { watched, names }: DeploymentAlarmsProps) {
    super(scope, id);
    const { httpLane, webSocketLane } = watched;
    watchService(httpLane?.compute.service, names.http);
    watchService(webSocketLane?.servers?.service, names.webSocket);
    this.watchFunctions(httpLane?.compute.function ? [httpLane.compute.function] : [], names.http);
    this.watchFunctions(webSocketLane?.entry.functions ?? [], names.webSocket);
    this.watchFunctions(deliveryFunctions(watched), names.log);
  }

  private watchFunctions(functions: readonly LaneFunction[], names: readonly string[]): void {
    const deployments = functions.flatMap(({ deployment }) => (deployment ? [deployment] : []));
    const alarms = deployments.length > 0 ? names.map((name) => new NamedAlarm(this, name)) : [];
    for (const deployment of deployments) {
      alarms.forEach((alarm) => deployment.addAlarm(alarm));
    }
  }
}

function watchService(service: FargateService | undefined, names: readonly string[]): void {
  if (service && names.length > 0) {
    service.enableDeploymentAlarms([...names], { behavior: AlarmBehavior.ROLLBACK_ON_ALARM });
  }
}

/** An alarm that is known by its name. `Alarm.fromAlarmName` gives an expression instead of the name. */
class NamedAlarm extends AlarmBase {
  readonly alarmName: string;
  readonly alarmArn: string;

  constructor(scope: Construct, name: string) {
    super(scope, name);
    this.alarmName = name;
    this.alarmArn = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
