import {
  DescribeListenerAttributesCommand,
  DescribeListenersCommand,
  type Listener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../../aws-checks/check';
import type { Servers } from '../deployment';
import type { Query } from '../../aws-checks/query';
import { attribute, attributes } from './attributes';

/** TLS 1.2 and 1.3, forward secrecy only, post-quantum key exchange: passes Security Hub ELB.17. */
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';

const SECURITY_HEADERS = [
  'strict_transport_security',
  'x_content_type_options',
  'x_frame_options',
  'content_security_policy',
];

/** @param certificateArn - the certificate of the lane's host */
export function listenerChecks({ loadBalancerArn, listenerArn }: Servers, certificateArn: string, aws: Aws): Check[] {
  const listeners: Query<Listener[]> = {
    action: 'elasticloadbalancing:DescribeListeners',
    arn: '*',
    subject: `the load balancer ${loadBalancerArn}`,
    run: async () => {
      // One page has up to 400 listeners. A load balancer has at most 50 by default.
      const command = new DescribeListenersCommand({ LoadBalancerArn: loadBalancerArn, PageSize: 400 });
      return (await aws.loadBalancing.send(command)).Listeners ?? [];
    },
  };
  const settings = attributes('elasticloadbalancing:DescribeListenerAttributes', `the listener ${listenerArn}`, () =>
    aws.loadBalancing.send(new DescribeListenerAttributesCommand({ ListenerArn: listenerArn })),
  );
  const onListener = (expected: string, evaluate: (listener: Listener) => { passed: boolean; found: string }) =>
    check(expected, [listeners], (found) => {
      const listener = found.find(({ ListenerArn }) => ListenerArn === listenerArn);
      return listener ? evaluate(listener) : { passed: false, found: `the listener ${listenerArn} does not exist` };
    });
  return [
    onListener(`The listener uses HTTPS on port 443 with ${TLS_POLICY}`, ({ Protocol, Port, SslPolicy }) => ({
      passed: Protocol === 'HTTPS' && Port === 443 && SslPolicy === TLS_POLICY,
      found: `${facts(Protocol)} on ${Port}, ${SslPolicy ?? 'no TLS policy'}`,
    })),
    onListener('The listener has the expected certificate', ({ Certificates = [] }) => ({
      passed: Certificates[0]?.CertificateArn === certificateArn,
      found: Certificates[0]?.CertificateArn ?? 'no certificate',
    })),
    check('The default action of any other listener is a redirect to HTTPS', [listeners], (found) => {
      const others = found.filter(({ ListenerArn }) => ListenerArn !== listenerArn);
      return {
        passed: others.every(redirectsToHttps),
        found: others.length === 0 ? 'no other listener' : others.map(describe).join('; '),
      };
    }),
    check(
      'Every response has the HSTS, nosniff, frame options and content security policy headers',
      [settings],
      (found) => {
        const unset = SECURITY_HEADERS.filter((header) => !found.get(`routing.http.response.${header}.header_value`));
        return { passed: unset.length === 0, found: unset.length === 0 ? 'all four' : `not set: ${unset.join(', ')}` };
      },
    ),
    attribute('No response has a Server header', settings, 'routing.http.response.server.enabled', 'false'),
  ];
}

function redirectsToHttps({ DefaultActions = [] }: Listener): boolean {
  return (
    DefaultActions.length > 0 && DefaultActions.every(({ RedirectConfig }) => RedirectConfig?.Protocol === 'HTTPS')
  );
}

function describe(listener: Listener): string {
  const { Protocol, Port, DefaultActions = [] } = listener;
  const actions = redirectsToHttps(listener) ? 'redirect to HTTPS' : DefaultActions.map(({ Type }) => Type).join(', ');
  return `${Protocol} on ${Port}: ${actions}`;
}
