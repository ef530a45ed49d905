import { CfnElement, Stack, Tags, Validations } from 'aws-cdk-lib';
import { FlowLogDestination, IpProtocol, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Retention } from '../storage/retention';
import { Egress } from './egress';
import { letterOf, ZoneAddresses } from './zone-addresses';

/** Options of a network that the lane creates. */
export interface LaneVpcOptions {
  /**
   * At least two Availability Zones, by name, so that synth needs no calls to AWS: `['us-east-1a', 'us-east-1b']`. Zones can be
   * added, removed and reordered later: the addresses and the logical ids of a subnet depend on the letter of its zone only.
   */
  readonly availabilityZones: readonly string[];

  /** @default Egress.nat() */
  readonly egress?: Egress;
}

export interface LaneVpcProps extends LaneVpcOptions {
  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/**
 * A dual-stack VPC for the HTTP lane, with public subnets for the load balancer, private subnets for the compute, flow logs,
 * and a default security group without rules.
 */
export class LaneVpc extends Vpc {
  /** Access to destinations outside the VPC. */
  readonly egress: Egress;

  constructor(scope: Construct, id: string, props: LaneVpcProps) {
    const { egress = Egress.nat() } = props;
    // Vpc throws without a zone, and other problems would not be reported. problems() reports the missing zones.
    const availabilityZones = props.availabilityZones.length > 0 ? [...props.availabilityZones] : ['none'];
    const addresses = new ZoneAddresses();
    const stack = Stack.of(scope);
    // Vpc reads the zones of its stack even if zones are passed (https://github.com/aws/aws-cdk/issues/21690). In a stack with
    // an account and a Region, that is a lookup, which needs credentials. So these zones temporarily replace the stack's.
    Object.defineProperty(stack, 'availabilityZones', { value: availabilityZones, configurable: true });
    try {
      super(scope, id, {
        availabilityZones,
        ipProtocol: IpProtocol.DUAL_STACK,
        ipAddresses: addresses,
        ipv6Addresses: addresses,
        natGateways: egress._natGateways ?? availabilityZones.length,
        subnetConfiguration: [
          { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
          { ...egress._subnets, cidrMask: 20 },
        ],
        restrictDefaultSecurityGroup: true,
      });
    } finally {
      Reflect.deleteProperty(stack, 'availabilityZones');
    }
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'Zones are fixed intentionally: synth needs no calls to AWS, and a new zone does not move subnets.',
    });
    this.nameSubnetsByZone();
    this.egress = egress;
    egress.bind(this);

    const { logRetention, removalPolicy } = props.retention;
    this.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, 'FlowLogGroup', { retention: logRetention, removalPolicy }),
      ),
    });
    this.node.addValidation({ validate: () => problems(props.availabilityZones, egress) });
  }

  /** Replaces the names and logical ids of the CDK, which contain the index of a zone, by those with the letter of the zone. */
  private nameSubnetsByZone(): void {
    const stack = Stack.of(this);
    const vpcId = stack.getLogicalId(this.node.defaultChild as CfnElement);
    for (const subnet of [...this.publicSubnets, ...this.privateSubnets, ...this.isolatedSubnets]) {
      const name = `${subnet.node.id.replace(/\d+$/, '')}${letterOf(subnet.availabilityZone)}`;
      Tags.of(subnet).add('Name', `${this.node.path}/${name}`);
      for (const element of subnet.node.findAll().filter(CfnElement.isCfnElement)) {
        const path = element.node.path.slice(subnet.node.path.length).replace(/\W/g, '');
        element.overrideLogicalId(`${vpcId}${name}${path}`);
      }
    }
  }
}

function problems(availabilityZones: readonly string[], egress: Egress): string[] {
  const zones = new Set(availabilityZones);
  const letters = new Set(availabilityZones.map(letterOf));
  if (zones.size < 2) {
    return [
      `availabilityZones must have at least two zones, which a load balancer requires, got ${JSON.stringify(availabilityZones)}. Fix: add a zone of the Region`,
    ];
  }
  return letters.size < availabilityZones.length || letters.has(undefined)
    ? [
        `availabilityZones must be names that end with different letters, a to o, got ${JSON.stringify(availabilityZones)}. Fix: use zones of one Region, such as ["us-east-1a", "us-east-1b"]`,
      ]
    : egress._problems(zones.size);
}
