import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Retention } from '../storage/retention';
import { LaneVpc, type LaneVpcOptions } from './lane-vpc';

/** The network of the HTTP lane: public subnets in two or more zones for the load balancer, and subnets for the compute. */
export abstract class LaneNetwork {
  /** A new dual-stack network with flow logs. */
  static create(options: LaneVpcOptions): LaneNetwork {
    return new CreatedNetwork(options);
  }

  /**
   * An existing network.
   *
   * @param vpc - VPC with public subnets in two or more zones, and private subnets from which the compute can reach the
   *   services that it needs
   */
  static fromVpc(vpc: IVpc): LaneNetwork {
    return new ExistingNetwork(vpc);
  }

  /** Creates the network below `scope`, unless it exists. */
  abstract bind(scope: Construct, retention: Retention): IVpc;
}

class CreatedNetwork extends LaneNetwork {
  constructor(private readonly options: LaneVpcOptions) {
    super();
  }

  bind(scope: Construct, retention: Retention): IVpc {
    return new LaneVpc(scope, 'Vpc', { ...this.options, retention });
  }
}

class ExistingNetwork extends LaneNetwork {
  constructor(private readonly vpc: IVpc) {
    super();
  }

  bind(): IVpc {
    return this.vpc;
  }
}
