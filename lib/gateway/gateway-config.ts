import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { LaneDomain } from '../domains/lane-domain';
import type { LaneGateway } from '../domains/lane-gateway';
import type { Retention } from '../storage/retention';

/** Context of a gateway. */
export interface GatewayContext {
  /** Host name of the HTTP lane. */
  readonly httpHostName: string;

  /** Host name of the WebSocket lane. */
  readonly webSocketHostName: string;

  /** The public hosted zone of the hosts. Undefined if their records are elsewhere. */
  readonly hostedZone?: IHostedZone;

  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** A lane, as a gateway reaches it. */
export interface GatewayOrigin {
  readonly domain: LaneDomain;

  /** Load balancer of the lane. Undefined for an API Gateway API. */
  readonly loadBalancer?: IApplicationLoadBalancer;
}

/** The lanes behind a gateway. */
export interface GatewayOrigins {
  readonly http: GatewayOrigin;
  readonly webSocket: GatewayOrigin;
}

/** A gateway. It is created before its lanes. */
export interface GatewayConfig extends LaneGateway {
  /** Forwards requests to the lanes. Called once, when the lanes exist. */
  forwardTo(origins: GatewayOrigins): void;
}
