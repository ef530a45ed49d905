import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** A network, and the subnets in it for load balancers and tasks of the lanes. */
export interface LaneNetworkConfig {
  readonly vpc: IVpc;

  /** Address type of the load balancer: IPV4 or DUAL_STACK. */
  readonly ipAddressType: IpAddressType;

  /** Public subnets of the load balancer, one in each of two or more zones. */
  readonly loadBalancerSubnets: SubnetSelection;

  /** Subnets of the tasks. */
  readonly taskSubnets: SubnetSelection;

  /** True if each task has a public IPv4 address. */
  readonly assignPublicIp: boolean;

  /** Reasons why tasks cannot run in this network, each with the value received and a fix. Compute without tasks ignores them. */
  readonly taskProblems: readonly string[];
}
