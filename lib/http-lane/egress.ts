import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type SubnetConfiguration,
  SubnetType,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';

/** Network access of the lane's compute to destinations outside its VPC. S3 and DynamoDB always have gateway endpoints. */
export abstract class Egress {
  /**
   * NAT gateways, with access to the internet.
   *
   * @param gateways - number of gateways. By default one in each Availability Zone, so that no zone depends on another
   */
  static nat(gateways?: number): Egress {
    return new NatEgress(gateways);
  }

  /**
   * Interface endpoints for the services that a container needs to start and to log, without access to the internet.
   * Containers cannot reach an issuer, so they cannot verify tokens.
   */
  static interfaceEndpoints(): Egress {
    return new InterfaceEndpointEgress();
  }

  /**
   * Gateway endpoints only, which are free of charge. For `HttpCompute.lambda`, whose function is not in a VPC. Containers
   * could not start.
   */
  static none(): Egress {
    return new NoEgress();
  }

  /** @internal */
  abstract readonly _natGateways: number | undefined;

  /** @internal */
  abstract readonly _subnets: Pick<SubnetConfiguration, 'name' | 'subnetType'>;

  /** @internal Reasons why tasks cannot run with this access, each with the value received and a fix. */
  readonly _taskProblems: readonly string[] = [];

  /** @internal True if the internet can be reached. */
  readonly _reachesInternet: boolean = false;

  /** @internal @returns the problems for this number of zones, each with the value received and a fix */
  _problems(_zones: number): string[] {
    return [];
  }

  /** Adds the required endpoints to `vpc`. */
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
  override readonly _taskProblems = [
    'network must let a task pull its image, got Egress.none(). Fix: use Egress.nat() or Egress.interfaceEndpoints()',
  ];
}
