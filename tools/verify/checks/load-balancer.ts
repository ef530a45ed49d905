import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../check';
import type { Deployment } from '../deployment';
import type { Question } from '../question';
import { attribute, attributes } from './attributes';

/** The load balancer itself. The records rest on it too: they point at its DNS name. */
export function loadBalancerOf({ loadBalancerArn }: Deployment, aws: Aws): Question<LoadBalancer> {
  return {
    action: 'elasticloadbalancing:DescribeLoadBalancers',
    arn: '*',
    subject: `the load balancer ${loadBalancerArn}`,
    ask: async () => {
      const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancerArn] });
      return (await aws.loadBalancing.send(command)).LoadBalancers?.[0];
    },
  };
}

export function loadBalancerChecks(
  { loadBalancerArn, deletionProtection }: Deployment,
  aws: Aws,
  loadBalancer: Question<LoadBalancer>,
): Check[] {
  const settings = attributes('elasticloadbalancing:DescribeLoadBalancerAttributes', loadBalancer.subject, () =>
    aws.loadBalancing.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: loadBalancerArn })),
  );
  const protection = attribute('The load balancer refuses deletion', settings, 'deletion_protection.enabled', 'true');
  return [
    check('The load balancer is active, dual-stack, in two zones or more', [loadBalancer], (found) => {
      const { State, IpAddressType, AvailabilityZones: zones = [] } = found;
      return {
        kept: State?.Code === 'active' && IpAddressType === 'dualstack' && zones.length >= 2,
        found: facts(State?.Code, IpAddressType, ...zones.map(({ ZoneName }) => ZoneName)),
      };
    }),
    attribute(
      'The load balancer drops invalid header fields',
      settings,
      'routing.http.drop_invalid_header_fields.enabled',
      'true',
    ),
    attribute(
      'The load balancer mitigates desync attacks most strictly',
      settings,
      'routing.http.desync_mitigation_mode',
      'strictest',
    ),
    ...(deletionProtection ? [protection] : []),
  ];
}
