import { DescribeSecurityGroupsCommand, type IpPermission } from '@aws-sdk/client-ec2';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import type { Deployment, Scaling } from '../deployment';
import { serviceArn, serviceOf } from './service';

/** Port on which a task receives messages for its connections. */
export const POSTS_PORT = 8081;

/** Checks that only the functions that post messages reach the tasks' port for them. There are none without such functions. */
export function postingChecks(scaling: Scaling, deployment: Deployment, aws: Aws): Check[] {
  const service = serviceOf(scaling);
  const { posting } = deployment;
  if (!posting || !service) {
    return [];
  }
  const expected = posting.securityGroups.join(', ');
  const query: Query<IpPermission[]> = {
    action: 'ec2:DescribeSecurityGroups',
    arn: '*',
    // For the security groups of the tasks.
    also: { action: 'ecs:DescribeServices', arn: serviceArn(service, deployment) },
    subject: `the security groups of the service ${service.name}`,
    run: async () => {
      const services = new DescribeServicesCommand({ cluster: service.cluster, services: [service.name] });
      const [found] = (await aws.ecs.send(services)).services ?? [];
      const GroupIds = found?.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? [];
      if (GroupIds.length === 0) {
        return undefined;
      }
      const { SecurityGroups = [] } = await aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
      return SecurityGroups.flatMap(({ IpPermissions = [] }) => IpPermissions);
    },
  };
  return [
    check(`Port ${POSTS_PORT} of the tasks admits only the functions that post, by ${expected}`, [query], (rules) => {
      const sources = [...new Set(rules.filter(opens).flatMap(sourcesOf))];
      return {
        passed: sources.length > 0 && sources.every((source) => posting.securityGroups.includes(source)),
        found: sources.join(', ') || 'nothing is admitted',
      };
    }),
  ];
}

/** True for a rule that opens the port. A rule for all protocols (`-1`) has no ports. */
function opens({ IpProtocol, FromPort = 0, ToPort = 65_535 }: IpPermission): boolean {
  return IpProtocol === '-1' || (IpProtocol === 'tcp' && FromPort <= POSTS_PORT && POSTS_PORT <= ToPort);
}

function sourcesOf({ UserIdGroupPairs = [], IpRanges = [], Ipv6Ranges = [], PrefixListIds = [] }: IpPermission) {
  return [
    ...UserIdGroupPairs.map(({ GroupId }) => GroupId),
    ...IpRanges.map(({ CidrIp }) => CidrIp),
    ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6),
    ...PrefixListIds.map(({ PrefixListId }) => PrefixListId),
  ].map((source = 'an unknown source') => source);
}
