import { type IVpc, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { requireProps } from '../required-props';
import type { Retention } from '../storage/retention';
import { ExistingNetwork } from './existing-network';
import type { ExistingNetworkOptions } from './existing-network-options';
import type { LaneNetworkConfig } from './lane-network-config';
import { LaneVpc, type LaneVpcOptions } from './lane-vpc';

/** The network of the HTTP lane: public subnets in two or more zones for the load balancer, and subnets for the compute. */
export abstract class LaneNetwork {
  /** A new dual-stack network with flow logs. */
  static create(options: LaneVpcOptions): LaneNetwork {
    return new CreatedNetwork(options);
  }

  /**
   * An existing network. By default the load balancer uses one public subnet in each zone and the tasks use the private
   * subnets. The routes of an imported VPC are not known at synth: tasks must be able to pull their image, write logs, call
   * DynamoDB, and reach the issuer of tokens. docs/guides/existing-vpc.md has the requirements.
   *
   * @param vpc - VPC with public subnets in two or more zones
   */
  static fromVpc(vpc: IVpc, options: ExistingNetworkOptions = {}): LaneNetwork {
    return new ExistingNetwork(vpc, options);
  }

  /** Creates the network below `scope`, unless it exists. */
  abstract bind(scope: Construct, retention: Retention): LaneNetworkConfig;
}

class CreatedNetwork extends LaneNetwork {
  constructor(private readonly options: LaneVpcOptions) {
    super();
  }

  bind(scope: Construct, retention: Retention): LaneNetworkConfig {
    requireProps(scope, this.options, ['availabilityZones']);
    const vpc = new LaneVpc(scope, 'Vpc', { ...this.options, retention });
    return {
      vpc,
      ipAddressType: IpAddressType.DUAL_STACK,
      loadBalancerSubnets: { subnetType: SubnetType.PUBLIC },
      taskSubnets: { subnetType: vpc.egress._subnets.subnetType },
      assignPublicIp: false,
      taskProblems: vpc.egress._taskProblems,
    };
  }
}
