import type { Construct } from 'constructs';
import { CloudFront } from './cloud-front';
import type { CloudFrontGatewayProps } from './cloud-front-props';
import type { GatewayConfig, GatewayContext } from './gateway-config';
import { SharedHost } from './shared-host';

/** One host for both lanes. Pages of this host send no CORS preflight, and use one connection for the page and the API. */
export abstract class Gateway {
  /**
   * A CloudFront distribution in front of both lanes, and of a page if there is one. The lanes keep their hosts, under which only
   * the distribution reaches them. CloudFront waits 60 seconds for a response, and closes a WebSocket after 10 minutes without a frame from
   * the lane.
   */
  static cloudFront(props: CloudFrontGatewayProps): Gateway {
    return { bind: (scope, context) => new CloudFront(scope, 'Gateway', { ...props, context }) };
  }

  /**
   * The load balancer of the HTTP lane, without CloudFront. `httpHostName` and `webSocketHostName` are the same, and the WebSocket
   * lane has servers with `ServersLoadBalancer.shared()`.
   */
  static loadBalancer(): Gateway {
    return { bind: (scope, context) => new SharedHost(scope, context) };
  }

  /** Creates the gateway below `scope`. */
  abstract bind(scope: Construct, context: GatewayContext): GatewayConfig;
}
