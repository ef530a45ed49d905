import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type SubnetConfiguration,
  SubnetType,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';

/** Network access of the lane's compute to destinations outside its VPC. S3 and DynamoDB are always reached by gateway endpoints. */
export abstract class Egress {
  /**
   * NAT gateways: anything on the internet can be reached.
   *
   * @param gateways - how many; one in each zone unless said otherwise, so that no zone depends on another
   */
  static nat(gateways?: number): Egress {
    return new NatEgress(gateways);
  }

  /**
   * Interface endpoints for what a container needs to start and log, and no way to the internet: nor to an issuer of
   * tokens, so containers verify none.
   */
  static interfaceEndpoints(): Egress {
    return new InterfaceEndpointEgress();
  }

  /**
   * No way out but the gateway endpoints, and nothing to pay for: for `HttpCompute.lambda`, whose function is in no
   * VPC. Containers could not start.
   */
  static none(): Egress {
    return new NoEgress();
  }

  /** @internal */
  abstract readonly _natGateways: number | undefined;

  /** @internal */
  abstract readonly _subnets: Pick<SubnetConfiguration, 'name' | 'subnetType'>;

  /** @internal Whether a container can pull its image this way. */
  readonly _reachesRegistry: boolean = true;

  /** @internal Whether anything on the internet can be reached this way. */
  readonly _reachesInternet: boolean = false;

  /** @internal @returns the problems with this number of zones, each with the value received and a fix */
  _problems(_zones: number): string[] {
    return [];
  }

  /** Adds to `vpc` the endpoints that this way out needs. */
  bind(vpc: Vpc): void {
    vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
  }
}

class NatEgress extends Egress {
  readonly _subnets = { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS };
  override readonly _reachesInternet = true;

  constructor(readonly _natGateways: number | undefined) {
    super();
  }

  override _problems(zones: number): string[] {
    const gateways = this._natGateways ?? zones;
    return Number.isInteger(gateways) && gateways >= 1 && gateways <= zones
      ? []
      : [`Egress.nat must have 1 gateway to one in each of the ${zones} zones, got ${gateways}. Fix: use Egress.nat()`];
  }
}

class InterfaceEndpointEgress extends Egress {
  readonly _natGateways = 0;
  readonly _subnets = { name: 'Private', subnetType: SubnetType.PRIVATE_ISOLATED };

  override bind(vpc: Vpc): void {
    super.bind(vpc);
    vpc.addInterfaceEndpoint('EcrApi', { service: InterfaceVpcEndpointAwsService.ECR });
    vpc.addInterfaceEndpoint('EcrDocker', { service: InterfaceVpcEndpointAwsService.ECR_DOCKER });
    vpc.addInterfaceEndpoint('Logs', { service: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS });
  }
}

class NoEgress extends Egress {
  readonly _natGateways = 0;
  readonly _subnets = { name: 'Private', subnetType: SubnetType.PRIVATE_ISOLATED };
  override readonly _reachesRegistry = false;
}
