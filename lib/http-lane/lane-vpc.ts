import { FlowLogDestination, IpProtocol, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type RetentionOptions, retentionOf } from '../retention';
import { Egress } from './egress';

export interface LaneVpcProps extends RetentionOptions {
  /** The zones to spread over, at least two: `['us-east-1a', 'us-east-1b']`. Named, so that synth asks AWS nothing. */
  readonly availabilityZones: string[];

  /** @default Egress.nat() */
  readonly egress?: Egress;
}

/**
 * The network of the HTTP lane: dual-stack, public subnets for the load balancer alone, private ones for the compute,
 * flow logs on, the default security group closed.
 */
export class LaneVpc extends Vpc {
  constructor(scope: Construct, id: string, props: LaneVpcProps) {
    const { availabilityZones, egress = Egress.nat() } = props;
    super(scope, id, {
      availabilityZones,
      ipProtocol: IpProtocol.DUAL_STACK,
      natGateways: egress._natGateways ?? availabilityZones.length,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { ...egress._subnets, cidrMask: 20 },
      ],
      restrictDefaultSecurityGroup: true,
    });
    egress.bind(this);

    const { logRetention, removalPolicy } = retentionOf(props);
    this.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogGroup', { retention: logRetention, removalPolicy }),
      ),
    });
    this.node.addValidation({
      validate: () =>
        new Set(availabilityZones).size < 2
          ? [
              `availabilityZones must name at least two zones, got ${JSON.stringify(availabilityZones)}: a load balancer needs two`,
            ]
          : [],
    });
  }
}
