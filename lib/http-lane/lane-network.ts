import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Retention } from '../storage/retention';
import { LaneVpc, type LaneVpcOptions } from './lane-vpc';

/** The network of the HTTP lane: public subnets in two zones or more for the load balancer, others for the compute. */
export abstract class LaneNetwork {
  /** A network of the lane's own: dual-stack, with flow logs. */
  static create(options: LaneVpcOptions): LaneNetwork {
    return new MadeNetwork(options);
  }

  /**
   * A network that exists already.
   *
   * @param vpc - with public subnets in two zones or more, and private ones from which the compute reaches what it needs
   */
  static fromVpc(vpc: IVpc): LaneNetwork {
    return new GivenNetwork(vpc);
  }

  /** Makes the network below `scope`, unless it is there. */
  abstract bind(scope: Construct, retention: Retention): IVpc;
}

class MadeNetwork extends LaneNetwork {
  constructor(private readonly options: LaneVpcOptions) {
    super();
  }

  bind(scope: Construct, retention: Retention): IVpc {
    return new LaneVpc(scope, 'Vpc', { ...this.options, retention });
  }
}

class GivenNetwork extends LaneNetwork {
  constructor(private readonly vpc: IVpc) {
    super();
  }

  bind(): IVpc {
    return this.vpc;
  }
}
