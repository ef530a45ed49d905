import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  type ApplicationListener,
  type ApplicationLoadBalancer,
  ApplicationProtocol,
  type ListenerAction,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { addSecurityHeaders, type SecurityHeaders } from './security-headers';

export interface HttpsListenerOptions {
  readonly certificate: ICertificate;

  /** @default - see {@link SecurityHeaders} */
  readonly securityHeaders?: SecurityHeaders;

  /** @default - none: target groups are added later */
  readonly defaultAction?: ListenerAction;
}

/** Adds a listener on port 443, open to anyone, that sets the security headers on every response. */
export function addHttpsListener(
  loadBalancer: ApplicationLoadBalancer,
  { certificate, securityHeaders, defaultAction }: HttpsListenerOptions,
): ApplicationListener {
  const listener = loadBalancer.addListener('Https', {
    port: 443,
    protocol: ApplicationProtocol.HTTPS,
    certificates: [certificate],
    sslPolicy: SslPolicy.TLS13_12_RES_PQ,
    open: true,
    defaultAction,
  });
  addSecurityHeaders(listener, securityHeaders);
  return listener;
}
