/** A gateway in front of a lane: clients use its host for both lanes. */
export interface LaneGateway {
  /** Host of the gateway: `app.example.com`. */
  readonly hostName: string;

  /** True if the load balancers of the lanes are internal: the gateway reaches them within the VPC. */
  readonly internalLoadBalancers: boolean;

  /**
   * Secret that requests to a public entry of a lane must have, in the header `x-origin-secret`: a reference that CloudFormation
   * resolves. The secret is created when it is first used. Undefined if clients reach the lanes directly.
   */
  readonly originSecret: (() => string) | undefined;
}
