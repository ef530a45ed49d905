import { DescribeServicesCommand, type Service } from '@aws-sdk/client-ecs';
import type { Aws } from '../aws';
import { type Check, check, type Evaluation, facts } from '../../aws-checks/check';
import type { Deployment, Scaling } from '../deployment';
import type { Query } from '../../aws-checks/query';

interface ServiceName {
  /** Name of the cluster. */
  readonly cluster: string;
  readonly name: string;
}

/** @returns the names in `service/CLUSTER/SERVICE`; undefined for a scalable target that is no service */
export function serviceOf({ resourceId }: Scaling): ServiceName | undefined {
  const [kind, cluster = '', name = ''] = resourceId.split('/');
  return kind === 'service' ? { cluster, name } : undefined;
}

export function serviceArn({ cluster, name }: ServiceName, { partition, region, account }: Deployment): string {
  return `arn:${partition}:ecs:${region}:${account}:service/${cluster}/${name}`;
}

/** Checks the ECS service of a lane. @param scaling - the scalable target, for which there are no checks unless it is a service */
export function serviceChecks(
  scaling: Scaling | undefined,
  lane: 'http' | 'websocket',
  deployment: Deployment,
  aws: Aws,
): Check[] {
  const scaled = scaling && serviceOf(scaling);
  if (!scaled) {
    return [];
  }
  const { cluster, name: service } = scaled;
  const query: Query<Service> = {
    action: 'ecs:DescribeServices',
    arn: serviceArn(scaled, deployment),
    subject: `the service ${service}`,
    // For a service that does not exist, ECS returns none.
    run: async () => (await aws.ecs.send(new DescribeServicesCommand({ cluster, services: [service] }))).services?.[0],
  };
  return [
    check(`${service} has deployed the last change, and runs all tasks`, [query], (found) => {
      const { status, desiredCount = 0, runningCount = 0, deployments = [] } = found;
      const rollout = deployments.find((deployment) => deployment.status === 'PRIMARY')?.rolloutState;
      return {
        passed: status === 'ACTIVE' && rollout === 'COMPLETED' && runningCount === desiredCount,
        // A completed deployment runs more or fewer tasks while the service scales or replaces one.
        pending: status === 'ACTIVE' && (rollout === 'IN_PROGRESS' || rollout === 'COMPLETED'),
        found: `${facts(status, rollout)}, ${runningCount} of ${desiredCount} tasks`,
      };
    }),
    ...(deployment.operation?.deploymentAlarms
      ? [
          check(`${service} rolls back a deployment if an alarm of its own lane fires`, [query], (found) =>
            rollsBack(found, lane, deployment.operation?.rollbackAlarms ?? []),
          ),
        ]
      : []),
  ];
}

/** @param known - names of the alarms that exist for it, of both lanes: `NAME-http-errors` */
function rollsBack(
  { deploymentConfiguration }: Service,
  lane: 'http' | 'websocket',
  known: readonly string[],
): Evaluation {
  const { enable = false, rollback = false, alarmNames = [] } = deploymentConfiguration?.alarms ?? {};
  const others = alarmNames.filter((name) => !known.includes(name) || !name.includes(`-${lane}-`));
  return {
    passed: enable && rollback && alarmNames.length > 0 && others.length === 0,
    found: facts(
      ...(alarmNames.length > 0 ? alarmNames : ['no alarms']),
      ...(enable ? [] : ['not enabled']),
      ...(rollback ? [] : ['no rollback']),
      ...others.map((name) => `${name} is not an alarm on errors or latency of the lane`),
    ),
  };
}
