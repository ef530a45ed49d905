import { DescribeServicesCommand, type Service } from '@aws-sdk/client-ecs';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../../aws-checks/check';
import type { Deployment, Scaling } from '../deployment';
import type { Query } from '../../aws-checks/query';

/** Checks the ECS service of a lane. @param scaling - the scalable target, for which there are no checks unless it is a service */
export function serviceChecks(
  scaling: Scaling | undefined,
  { partition, region, account }: Deployment,
  aws: Aws,
): Check[] {
  const [kind, cluster = '', service = ''] = scaling?.resourceId.split('/') ?? [];
  if (kind !== 'service') {
    return [];
  }
  const query: Query<Service> = {
    action: 'ecs:DescribeServices',
    arn: `arn:${partition}:ecs:${region}:${account}:service/${cluster}/${service}`,
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
  ];
}
