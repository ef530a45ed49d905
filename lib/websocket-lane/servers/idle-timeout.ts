import type { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { idleSecondsOf } from '../../load-balancer/idle-seconds';

/**
 * Shortest idle timeout of a load balancer in front of WebSocket connections, in seconds. Clients ping every 4 minutes, plus or
 * minus 20 percent, so at the latest after 288 s; the protocol allows 300 s. Without a reserve, pings race with the timeout.
 */
const SHORTEST_IDLE_SECONDS = 360;

/** @returns a problem if the listener's load balancer closes connections between two pings. An imported one is not checked */
export function idleTimeoutProblems({ loadBalancer }: ApplicationListener): string[] {
  const seconds = idleSecondsOf(loadBalancer);
  return seconds !== undefined && seconds < SHORTEST_IDLE_SECONDS
    ? [
        `loadBalancer must be one with an idle timeout of at least ${SHORTEST_IDLE_SECONDS} s, because clients ping up to 5 minutes apart, got ServersLoadBalancer.shared() with ${seconds} s. Fix: set http.idleTimeout to Duration.minutes(10), or use ServersLoadBalancer.own()`,
      ]
    : [];
}
