import { Aws } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type SubnetConfiguration,
  SubnetType,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * Network access of the lane's compute to destinations outside its VPC. S3 and DynamoDB always have gateway endpoints.
 *
 * Through an endpoint, only roles of this account can send requests, and to S3 and DynamoDB only for buckets and tables of this account. So
 * a compromised container cannot copy data to a bucket or table of another account in this Region, but {@link Egress.nat} leaves it the
 * internet. Within the account, the policies of each role apply. The bucket in which Amazon ECR stores the layers of images is an
 * exception.
 *
 * A container that reads a bucket of another account in this Region, also with a presigned URL or without credentials, needs a statement.
 * This includes a registry that stores images in S3, other than Amazon ECR:
 *
 * ```ts
 * const endpoint = lane.vpc.node.findChild('S3') as GatewayVpcEndpoint;
 * endpoint.addToPolicy(
 *   new PolicyStatement({
 *     principals: [new AnyPrincipal()],
 *     actions: ['s3:GetObject'],
 *     resources: ['arn:aws:s3:::partner-catalog/*'],
 *   }),
 * );
 * ```
 *
 * The id of the other gateway endpoint is `DynamoDb`. Those of {@link Egress.interfaceEndpoints} are `EcrApi`, `EcrDocker`, `Logs` and `Sqs`.
 */
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
   * Interface endpoints for the services that a container needs to start, to log and to send hints, without access to the internet.
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
    const s3 = vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    s3.addToPolicy(allow(['s3:*'], WITHIN_ACCOUNT));
    s3.addToPolicy(layerDownloads());
    const dynamoDb = vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
    dynamoDb.addToPolicy(allow(['dynamodb:*'], WITHIN_ACCOUNT));
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
    const ecrApi = vpc.addInterfaceEndpoint('EcrApi', { service: InterfaceVpcEndpointAwsService.ECR });
    ecrApi.addToPolicy(allow(IMAGE_PULLS, BY_ACCOUNT));
    const ecrDocker = vpc.addInterfaceEndpoint('EcrDocker', { service: InterfaceVpcEndpointAwsService.ECR_DOCKER });
    ecrDocker.addToPolicy(allow(IMAGE_PULLS, BY_ACCOUNT));
    const logs = vpc.addInterfaceEndpoint('Logs', { service: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS });
    logs.addToPolicy(allow(['logs:*'], BY_ACCOUNT));
    const sqs = vpc.addInterfaceEndpoint('Sqs', { service: InterfaceVpcEndpointAwsService.SQS });
    sqs.addToPolicy(allow(['sqs:SendMessage'], WITHIN_ACCOUNT));
  }
}

class NoEgress extends Egress {
  readonly _natGateways = 0;
  readonly _subnets = { name: 'Private', subnetType: SubnetType.PRIVATE_ISOLATED };
  override readonly _taskProblems = [
    'network must let a task pull its image, got Egress.none(). Fix: use Egress.nat() or Egress.interfaceEndpoints()',
  ];
}

/** A request by a role of this account. */
const BY_ACCOUNT = { 'aws:PrincipalAccount': Aws.ACCOUNT_ID };

/** A request by a role of this account for a resource of this account. */
const WITHIN_ACCOUNT = { ...BY_ACCOUNT, 'aws:ResourceAccount': Aws.ACCOUNT_ID };

/**
 * Pulls of images and no pushes. Repositories can be in another account: a central registry, or Amazon GuardDuty's for the agent that
 * it adds to tasks.
 */
const IMAGE_PULLS = [
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
];

/**
 * The principal is `*`, because an account as the principal of a gateway endpoint means only its root user. Source: "Control access to
 * VPC endpoints using endpoint policies", AWS PrivateLink Guide.
 */
function allow(actions: string[], condition: Readonly<Record<string, string>>): PolicyStatement {
  return new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions,
    resources: ['*'],
    conditions: { StringEquals: condition },
  });
}

/**
 * Downloads from the bucket of Amazon ECR in this Region. Both the bucket and the signature of the URL belong to an account of AWS, so there
 * is no condition. Source: "Minimum Amazon S3 bucket permissions for Amazon ECR", Amazon ECR User Guide.
 */
function layerDownloads(): PolicyStatement {
  return new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: ['s3:GetObject'],
    resources: [`arn:${Aws.PARTITION}:s3:::prod-${Aws.REGION}-starport-layer-bucket/*`],
  });
}
