import { idsOf, type Resources } from './lanes-of';

/** A resource or a quota that both lanes use by design, or that a lane and the gateway use. */
export interface MeetingPoint {
  /** Type and a part of the logical id, `AWS::DynamoDB::Table/MessageLog`; an external name; or a quota. */
  readonly point: string;
  /** Name in docs/isolation.md. */
  readonly name: string;
  /** Reason why one lane does not starve the other with it, or what limits that. */
  readonly reason: string;
}

/** Meeting points with any entry of the WebSocket lane. */
const DATA: readonly MeetingPoint[] = [
  {
    point: 'AWS::DynamoDB::Table/MessageLog',
    name: 'message log',
    reason:
      'An on-demand table, so there is no capacity of the table that one lane can reserve. The HTTP lane publishes and reads topics.',
  },
  {
    point: 'AWS::DynamoDB::Table/Admission',
    name: 'admission table',
    reason:
      'An on-demand table. The kinds of items have different key prefixes, and a role has permissions for the kinds that it needs.',
  },
  {
    point: 'AWS::SQS::Queue/MessageLogHintQueue',
    name: 'hint queue',
    reason: 'The publishers of both lanes only send to it. Only the push function receives, at most 20 at once.',
  },
  {
    point: 'AWS::CertificateManager::Certificate/Domains',
    name: 'certificate',
    reason: 'It has no capacity.',
  },
];

/** Further meeting points if the tasks of both lanes are in one network. */
const NETWORK: readonly MeetingPoint[] = [
  {
    point: 'AWS::EC2::VPC',
    name: 'VPC',
    reason:
      'It has no capacity. Security groups separate the lanes: no task of one admits a task or function of the other.',
  },
  {
    point: 'AWS::EC2::Subnet',
    name: 'subnets',
    reason:
      'Their addresses, of which each task, load balancer and network interface of functions uses some. The maximum numbers of tasks limit that.',
  },
  {
    point: 'AWS::EC2::Route',
    name: 'routes to the internet and to the NAT gateways',
    reason:
      'The ports and the bandwidth of the NAT gateways. In a VPC of the stack, requests to DynamoDB use a gateway endpoint instead. Requests to Amazon SQS, Amazon ECR and CloudWatch Logs use them.',
  },
  {
    point: 'AWS::EC2::SubnetRouteTableAssociation',
    name: 'route table associations',
    reason: 'They have no capacity. Services only wait for them, so that tasks start with routes.',
  },
  {
    point:
      'arn:aws:ecr:us-east-1:${AWS::AccountId}:repository/cdk-hnb659fds-container-assets-${AWS::AccountId}-us-east-1',
    name: 'repository of images',
    reason:
      'The repository for assets of the CDK has the images of all stacks of the account. Only a task that starts pulls one.',
  },
  {
    point:
      'arn:aws:iam::${AWS::AccountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService',
    name: 'service-linked role of Application Auto Scaling',
    reason: 'An account has only one. AWS uses it to change the number of tasks, and no task or function can.',
  },
  {
    point: 'vCPUs of Fargate',
    name: 'quota of the account for vCPUs of Fargate',
    reason:
      'Synth compares the maximum of the tasks of both lanes with the setting `quotas.fargateVcpus`, so both fit.',
  },
];

/** Further meeting points with `loadBalancer: 'shared'`. */
const LOAD_BALANCER: readonly MeetingPoint[] = [
  {
    point: 'AWS::ElasticLoadBalancingV2::LoadBalancer/HttpLane',
    name: 'load balancer',
    reason: 'Its capacity and its idle timeout. Synth warns of it. Use `own` for lanes that do not share them.',
  },
  {
    point: 'AWS::ElasticLoadBalancingV2::Listener/HttpLane',
    name: 'listener of the load balancer',
    reason:
      'Its rules separate the lanes by the host, or by the path with `Gateway.loadBalancer()`. Each lane has a target group of its own.',
  },
  {
    point: 'AWS::EC2::SecurityGroup/HttpLaneSecurityGroup',
    name: 'security group of the load balancer',
    reason: 'It admits clients to port 443, and connects to port 8080 of the tasks of each lane only.',
  },
];

/** Further meeting points behind a CloudFront distribution. */
const DISTRIBUTION: readonly MeetingPoint[] = [
  {
    point: 'AWS::CloudFront::Distribution',
    name: 'distribution',
    reason:
      'Its behaviors separate the lanes by the path, with an origin for each lane and no cache. The quotas of a distribution apply to the requests of both lanes together.',
  },
];

/** Further meeting points of a distribution and load balancers that it reaches within the VPC. */
const VPC_ORIGINS: readonly MeetingPoint[] = [
  {
    point: 'AWS::CloudFront::VpcOrigin',
    name: 'VPC origins',
    reason: 'One for each load balancer. It reaches only this load balancer.',
  },
];

/** Further meeting points of a distribution and public entries. */
const SECRET: readonly MeetingPoint[] = [
  {
    point: 'AWS::SecretsManager::Secret/GatewayOriginSecret',
    name: 'secret of the gateway',
    reason:
      'It has no capacity at run time: CloudFormation copies it to the distribution, to the rules of public load balancers and to the function for `$connect`, and no role can read it.',
  },
];

/** Further meeting points of the HTTP lane and a canary that signs in to a user pool. */
const CANARY: readonly MeetingPoint[] = [
  {
    point: 'AWS::Cognito::UserPool',
    name: 'user pool',
    reason:
      'The canary signs in once in a run, as a user of its own tenant. No lane calls the user pool, except for the public keys with which it verifies tokens.',
  },
  {
    point: 'AWS::Cognito::UserPoolClient',
    name: 'client of the user pool',
    reason: 'It has no capacity. The service only reads its id, which is the audience of the tokens.',
  },
];

/** Further meeting points of a canary that runs in a function, if functions of a lane reserve no concurrency. */
const UNRESERVED: readonly MeetingPoint[] = [
  {
    point: 'concurrency of account',
    name: 'unreserved concurrency of the account',
    reason:
      'Functions without reserved concurrency use it, and the canary uses one execution environment in each run. It takes none from a function that reserves its concurrency.',
  },
];

/** Further meeting points of the gateway and a canary of CloudWatch Synthetics, in a stage that deletes its files. */
const DELETED_FILES: readonly MeetingPoint[] = [
  {
    point: 'AWS::Lambda::Function/CustomS3AutoDeleteObjects',
    name: 'function that deletes files',
    reason: 'Only CloudFormation invokes it, when it deletes a bucket of the page or of the canary with its stack.',
  },
  {
    point: 'AWS::IAM::Role/CustomS3AutoDeleteObjects',
    name: 'role of the function that deletes files',
    reason: 'Only this function can assume it, and each bucket has its own permission for it.',
  },
];

/** Meeting points by the combination of the gateway and the entry of the WebSocket lane. */
export const MEETING_POINTS = {
  apiGateway: DATA,
  'apiGateway, with a canary': [...DATA, ...CANARY],
  'apiGateway without reserved concurrency, with a canary': [...DATA, ...CANARY, ...UNRESERVED],
  'servers, with a canary': [...DATA, ...NETWORK, ...CANARY],
  'apiGateway behind a gateway, with a canary': [
    ...[...DATA, ...DISTRIBUTION, ...VPC_ORIGINS, ...SECRET],
    ...[...CANARY, ...DELETED_FILES],
  ],
  servers: [...DATA, ...NETWORK],
  'servers behind the load balancer of the HTTP lane': [...DATA, ...NETWORK, ...LOAD_BALANCER],
  'apiGateway behind a gateway': [...DATA, ...DISTRIBUTION, ...VPC_ORIGINS, ...SECRET],
  'apiGateway behind a gateway, with a public load balancer': [...DATA, ...DISTRIBUTION, ...SECRET],
  'servers behind a gateway': [...DATA, ...NETWORK, ...DISTRIBUTION, ...VPC_ORIGINS],
  'servers behind a gateway, with public load balancers': [...DATA, ...NETWORK, ...DISTRIBUTION, ...SECRET],
} as const;

/** All meeting points, by the words of docs/isolation.md for where they are. */
export const EVERY_MEETING_POINT: readonly (readonly [where: string, points: readonly MeetingPoint[]])[] = [
  ['any', DATA],
  ['servers', NETWORK],
  ['servers, `shared`', LOAD_BALANCER],
  ['any, `Gateway.cloudFront()`', DISTRIBUTION],
  ['any, `Gateway.cloudFront()` with internal load balancers', VPC_ORIGINS],
  ['API Gateway or public load balancers, `Gateway.cloudFront()`', SECRET],
  ['any, a canary with a user pool', CANARY],
  ['any, `Canary.scheduled()`', UNRESERVED],
  ['any, `Gateway.cloudFront()` with a page, `Canary.synthetics()`, `RemovalPolicy.DESTROY`', DELETED_FILES],
];

/** @returns logical ids of the meeting points, and the names of those that are not in the template */
export function meetingPointsOf(resources: Resources, entry: keyof typeof MEETING_POINTS): Set<string> {
  return new Set(MEETING_POINTS[entry].flatMap(({ point }) => [point, ...idsAt(resources, point)]));
}

/** @returns the ids of the resources of a type whose id contains a name: `AWS::SQS::Queue/DeliveryQueue`. */
export function idsAt(resources: Resources, point: string): string[] {
  const [type = '', name = ''] = point.split('/');
  return idsOf(resources, type).filter((id) => id.includes(name));
}
