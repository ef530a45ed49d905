import type { SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** Options of an existing network. */
export interface ExistingNetworkOptions {
  /**
   * Address type of the load balancer: IPV4 or DUAL_STACK. DUAL_STACK needs subnets with an IPv6 CIDR block. With IPV4, the
   * lane's host has no AAAA record, so clients that have only IPv6 cannot reach it.
   *
   * @default - DUAL_STACK if this app creates the subnets, with IPv6 CIDR blocks. Otherwise IPV4: synth does not know whether
   * an imported subnet has one, and without one the deployment of a dual-stack load balancer fails
   */
  readonly ipAddressType?: IpAddressType;

  /**
   * Subnets of the load balancer: public, and one in each of two or more zones.
   *
   * @default - one public subnet in each zone
   */
  readonly loadBalancerSubnets?: SubnetSelection;

  /**
   * Subnets of the tasks of `HttpCompute.fargate`, in zones of the load balancer. A function is not in the VPC. Select
   * isolated subnets only if they have endpoints: gateway endpoints for S3 and DynamoDB, and interface endpoints for
   * `ecr.api`, `ecr.dkr`, `logs` and `sqs`.
   *
   * @default - the public subnets if `assignPublicIp` is true, otherwise the private subnets with egress
   */
  readonly taskSubnets?: SubnetSelection;

  /**
   * True to give each task a public IPv4 address. Tasks in public subnets need it to reach AWS and the internet, and need no
   * NAT gateway then. The security group of the tasks still accepts connections from the load balancer only. But a rule that
   * is added to it by mistake exposes the tasks, which have no address on the internet in a private subnet.
   *
   * @default false
   */
  readonly assignPublicIp?: boolean;
}
