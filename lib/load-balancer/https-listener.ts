import {
  type ApplicationListener,
  type ApplicationLoadBalancer,
  ApplicationProtocol,
  type ListenerAction,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { LaneDomain } from '../domains/lane-domain';
import type { LaneNetworkConfig } from '../network/lane-network-config';
import { admitVpc } from './gateway-access';
import { addSecurityHeaders, type SecurityHeaders } from './security-headers';

export interface HttpsListenerOptions {
  readonly domain: LaneDomain;

  readonly network: LaneNetworkConfig;

  /** @default - see {@link SecurityHeaders} */
  readonly securityHeaders?: SecurityHeaders;

  /** @default - none: target groups are added later */
  readonly defaultAction?: ListenerAction;
}

/** Adds a listener on port 443, open to anyone who reaches the load balancer, that sets the security headers on every response. */
export function addHttpsListener(
  loadBalancer: ApplicationLoadBalancer,
  { domain, network, securityHeaders, defaultAction }: HttpsListenerOptions,
): ApplicationListener {
  const internal = domain.gateway?.internalLoadBalancers ?? false;
  const listener = loadBalancer.addListener('Https', {
    port: 443,
    protocol: ApplicationProtocol.HTTPS,
    certificates: [domain.certificate],
    sslPolicy: SslPolicy.TLS13_12_RES_PQ,
    open: !internal,
    defaultAction,
  });
  if (internal) {
    admitVpc(listener, network.vpc);
  }
  addSecurityHeaders(listener, domain, securityHeaders);
  return listener;
}
