import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../../aws-checks/check';
import type { Deployment, Servers } from '../deployment';
import type { Query } from '../../aws-checks/query';
import { attribute, type Attributes, attributes } from './attributes';

/** Query for the load balancer. The checks of the DNS records use it, too: they compare with its DNS name. */
export function loadBalancerOf({ loadBalancerArn }: Servers, aws: Aws): Query<LoadBalancer> {
  return {
    action: 'elasticloadbalancing:DescribeLoadBalancers',
    arn: '*',
    subject: `the load balancer ${loadBalancerArn}`,
    run: async () => {
      const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancerArn] });
      return (await aws.loadBalancing.send(command)).LoadBalancers?.[0];
    },
  };
}

/** Query for the attributes of the load balancer. */
export function loadBalancerSettingsOf({ loadBalancerArn }: Servers, aws: Aws): Query<Attributes> {
  return attributes('elasticloadbalancing:DescribeLoadBalancerAttributes', `the load balancer ${loadBalancerArn}`, () =>
    aws.loadBalancing.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: loadBalancerArn })),
  );
}

export function loadBalancerChecks(
  { ipAddressType, deletionProtection, distribution }: Deployment,
  loadBalancer: Query<LoadBalancer>,
  settings: Query<Attributes>,
): Check[] {
  const protection = attribute(
    'The load balancer has deletion protection',
    settings,
    'deletion_protection.enabled',
    'true',
  );
  const internal = check('The load balancer is internal', [loadBalancer], ({ Scheme }) => ({
    passed: Scheme === 'internal',
    found: facts(Scheme),
  }));
  const family = ipAddressType === 'ipv4' ? 'IPv4-only' : 'dual-stack';
  return [
    check(`The load balancer is active, ${family}, and in two or more Availability Zones`, [loadBalancer], (found) => {
      const { State, IpAddressType, AvailabilityZones: zones = [] } = found;
      return {
        passed: State?.Code === 'active' && IpAddressType === ipAddressType && zones.length >= 2,
        pending: State?.Code === 'provisioning',
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
      'The load balancer uses the strictest desync mitigation mode',
      settings,
      'routing.http.desync_mitigation_mode',
      'strictest',
    ),
    ...(deletionProtection ? [protection] : []),
    ...(distribution?.internalLoadBalancers ? [internal] : []),
  ];
}
