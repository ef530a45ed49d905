import { Duration } from 'aws-cdk-lib';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { RESPONSE_SECONDS } from '../load-balancer/gateway-access';
import { idleSecondsOf } from '../load-balancer/idle-seconds';

/** Longest time that CloudFront keeps an idle connection to a lane, in seconds. */
const KEEP_ALIVE_SECONDS = 50;

/** Time by which CloudFront closes an idle connection before the load balancer does, in seconds. */
const EARLIER_SECONDS = 10;

/**
 * @param loadBalancer - load balancer of the lane. Undefined for an API
 * @returns the timeouts of an origin. If a load balancer closes an idle connection first, a request that is already on its way gets a 502
 */
export function originTimeouts(loadBalancer: IApplicationLoadBalancer | undefined) {
  const idle = (loadBalancer && idleSecondsOf(loadBalancer)) ?? Infinity;
  return {
    keepaliveTimeout: Duration.seconds(Math.max(1, Math.min(KEEP_ALIVE_SECONDS, idle - EARLIER_SECONDS))),
    readTimeout: Duration.seconds(RESPONSE_SECONDS),
  };
}
