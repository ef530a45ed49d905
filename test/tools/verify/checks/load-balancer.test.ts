import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Output } from '../../../../lib/outputs';
import { type Answers, attributes, LOAD_BALANCER_ATTRIBUTES, LOAD_BALANCER_DETAIL } from '../passing-deployment';
import { itFailsFor } from '../mocked-aws';

const detail = (changed: Partial<LoadBalancer>): Partial<Answers> => ({
  DescribeLoadBalancers: () => ({ LoadBalancers: [{ ...LOAD_BALANCER_DETAIL, ...changed }] }),
});

const attribute = (key: keyof typeof LOAD_BALANCER_ATTRIBUTES, value: string): Partial<Answers> => ({
  DescribeLoadBalancerAttributes: () => attributes({ ...LOAD_BALANCER_ATTRIBUTES, [key]: value }),
});

describe('The checks of the load balancer', () => {
  itFailsFor('The load balancer is active, dual-stack, and in two or more Availability Zones', [
    ['a failed start', detail({ State: { Code: 'failed' } }), 'failed, dualstack, us-east-1a, us-east-1b'],
    ['IPv4 only', detail({ IpAddressType: 'ipv4' }), 'active, ipv4, us-east-1a, us-east-1b'],
    [
      'no public IPv4, which the A record needs',
      detail({ IpAddressType: 'dualstack-without-public-ipv4' }),
      'active, dualstack-without-public-ipv4, us-east-1a, us-east-1b',
    ],
    ['one zone only', detail({ AvailabilityZones: [{ ZoneName: 'us-east-1a' }] }), 'active, dualstack, us-east-1a'],
    ['an answer without details', { DescribeLoadBalancers: () => ({ LoadBalancers: [{}] }) }, 'not set, not set'],
  ]);

  itFailsFor('The load balancer is active, IPv4-only, and in two or more Availability Zones', [
    [
      'IPv6 that the stack does not ask for',
      detail({ IpAddressType: 'dualstack' }),
      'active, dualstack, us-east-1a, us-east-1b',
      { [Output.LOAD_BALANCER_IP_ADDRESS_TYPE]: 'ipv4' },
    ],
  ]);

  itFailsFor('The load balancer drops invalid header fields', [
    [
      'the attribute set to false',
      attribute('routing.http.drop_invalid_header_fields.enabled', 'false'),
      'routing.http.drop_invalid_header_fields.enabled: false',
    ],
  ]);

  itFailsFor('The load balancer uses the strictest desync mitigation mode', [
    [
      'the default mode',
      attribute('routing.http.desync_mitigation_mode', 'defensive'),
      'routing.http.desync_mitigation_mode: defensive',
    ],
    [
      'an answer without it',
      { DescribeLoadBalancerAttributes: () => ({}) },
      'routing.http.desync_mitigation_mode: not set',
    ],
  ]);

  itFailsFor('The load balancer has deletion protection', [
    ['no protection', attribute('deletion_protection.enabled', 'false'), 'deletion_protection.enabled: false'],
  ]);
});
