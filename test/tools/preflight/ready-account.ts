import type { DescribeAddressesCommandOutput } from '@aws-sdk/client-ec2';
import type { PlannedStack } from '../../../tools/preflight/planned-stack';

export const NOW = new Date('2026-03-01T00:00:00Z');
export const STACK = 'Twinlane-test';
export const ACCOUNT = '123456789012';
export const ZONE = 'Z0EXAMPLE';
export const NAME_SERVERS = ['ns-1.awsdns.com', 'ns-2.awsdns.org'];
const CERTIFICATE = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1`;

const alias = (Name: string, Type: string, resource: string) => ({
  type: 'AWS::Route53::RecordSet',
  properties: { Name, Type, HostedZoneId: ZONE, AliasTarget: { DNSName: { 'Fn::GetAtt': [resource, 'DNSName'] } } },
});

const RESOURCES = {
  Vpc: { type: 'AWS::EC2::VPC', properties: {} },
  SubnetA: { type: 'AWS::EC2::Subnet', properties: { AvailabilityZone: 'us-east-1a' } },
  SubnetB: { type: 'AWS::EC2::Subnet', properties: { AvailabilityZone: 'us-east-1b' } },
  AddressA: { type: 'AWS::EC2::EIP', properties: {} },
  AddressB: { type: 'AWS::EC2::EIP', properties: {} },
  Cluster: { type: 'AWS::ECS::Cluster', properties: {} },
  Task: { type: 'AWS::ECS::TaskDefinition', properties: { Cpu: '256' } },
  Service: { type: 'AWS::ECS::Service', properties: { TaskDefinition: { Ref: 'Task' } } },
  Scaling: {
    type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    properties: { MaxCapacity: 10, ResourceId: { 'Fn::GetAtt': ['Service', 'Name'] } },
  },
  LoadBalancer: {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    properties: { LoadBalancerAttributes: [{ Key: 'deletion_protection.enabled', Value: 'false' }] },
  },
  Listener: {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    properties: { LoadBalancerArn: { Ref: 'LoadBalancer' }, Certificates: [{ CertificateArn: CERTIFICATE }] },
  },
  HttpRecord: alias('api.example.com.', 'A', 'LoadBalancer'),
  Domain: {
    type: 'AWS::ApiGatewayV2::DomainName',
    properties: { DomainName: 'ws.example.com', DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }] },
  },
  WebSocketRecord: alias('ws.example.com.', 'A', 'Domain'),
  Stage: {
    type: 'AWS::ApiGatewayV2::Stage',
    properties: { DefaultRouteSettings: { LoggingLevel: 'ERROR', ThrottlingRateLimit: 500 } },
  },
  Connect: { type: 'AWS::Lambda::Function', properties: { ReservedConcurrentExecutions: 200 } },
  Deliver: { type: 'AWS::Lambda::Function', properties: { ReservedConcurrentExecutions: 50 } },
  Table: { type: 'AWS::DynamoDB::Table', properties: { DeletionProtectionEnabled: false } },
};

/** A stack for which every check is printed: it also has an image and imported certificates. */
export const PLANNED: PlannedStack = {
  stack: STACK,
  region: 'us-east-1',
  partition: 'aws',
  account: ACCOUNT,
  bootstrap: { version: 6, parameter: '/cdk-bootstrap/hnb659fds/version' },
  images: 1,
  resources: Object.entries(RESOURCES).map(([id, resource]) => ({ id, ...resource })),
  outputs: {},
};

const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';

const OF_SERVERS = {
  ServersTask: { type: 'AWS::ECS::TaskDefinition', properties: { Cpu: '1024' } },
  Servers: { type: 'AWS::ECS::Service', properties: { TaskDefinition: { Ref: 'ServersTask' } } },
  ServersScaling: {
    type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    properties: { MaxCapacity: 3, ResourceId: { 'Fn::GetAtt': ['Servers', 'Name'] } },
  },
  ServersLoadBalancer: { type: LOAD_BALANCER, properties: {} },
  ServersListener: {
    type: LISTENER,
    properties: { LoadBalancerArn: { Ref: 'ServersLoadBalancer' }, Certificates: [{ CertificateArn: CERTIFICATE }] },
  },
  ServersRecord: alias('ws.example.com.', 'A', 'ServersLoadBalancer'),
};

/** {@link PLANNED} with servers instead of an API. */
export const PLANNED_SERVERS: PlannedStack = {
  ...PLANNED,
  resources: [
    ...PLANNED.resources.filter(({ id }) => !['Domain', 'WebSocketRecord', 'Stage', 'Connect'].includes(id)),
    ...Object.entries(OF_SERVERS).map(([id, resource]) => ({ id, ...resource })),
  ],
  outputs: {
    HttpUrl: 'https://api.example.com',
    WebSocketUrl: 'wss://ws.example.com',
    LoadBalancerArn: { Ref: 'LoadBalancer' },
    WebSocketLoadBalancerArn: { Ref: 'ServersLoadBalancer' },
  },
};

/** {@link PLANNED} with other properties of one resource. */
export function plannedWith(id: keyof typeof RESOURCES, properties: object): PlannedStack {
  return {
    ...PLANNED,
    resources: PLANNED.resources.map((one) =>
      one.id === id ? { ...one, properties: { ...one.properties, ...properties } } : one,
    ),
  };
}

/** {@link PLANNED} with another resource. */
export function plannedAlso(type: string, properties: Readonly<Record<string, unknown>>): PlannedStack {
  return { ...PLANNED, resources: [...PLANNED.resources, { id: 'Other', type, properties }] };
}

const addresses = (count: number): Pick<DescribeAddressesCommandOutput, 'Addresses'> => ({
  Addresses: Array.from({ length: count }, (_, index) => ({ AllocationId: `eipalloc-${index}` })),
});

export const noStack = () => {
  throw Object.assign(new Error(`Stack with id ${STACK} does not exist`), { name: 'ValidationError', $metadata: {} });
};

export const notFound = (name: string) => () => {
  throw Object.assign(new Error('not found'), { name, $metadata: {} });
};

/** Answer of AWS to a command, by the name of the command. */
export type Answers = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>>;

/** Answers of an account in which the deployment of {@link PLANNED} would not fail. */
export const READY = {
  GetCallerIdentity: () => ({ Account: ACCOUNT }),
  GetParameter: () => ({ Parameter: { Value: '30' } }),
  DescribeStacks: noStack,
  ListStackResources: noStack,
  GetRole: () => ({ Role: { RoleName: 'AWSServiceRoleForECS' } }),
  GetAccount: () => ({ cloudwatchRoleArn: `arn:aws:iam::${ACCOUNT}:role/logs` }),
  GetHostedZone: () => ({
    HostedZone: { Name: 'example.com.', Config: { PrivateZone: false } },
    DelegationSet: { NameServers: NAME_SERVERS },
  }),
  ListResourceRecordSets: () => ({ ResourceRecordSets: [{ Name: 'www.example.com.', Type: 'A' }] }),
  GetDomainName: notFound('NotFoundException'),
  DescribeCertificate: () => ({ Certificate: { Status: 'ISSUED', SubjectAlternativeNames: ['*.example.com'] } }),
  DescribeAvailabilityZones: () => ({
    AvailabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'].map((ZoneName) => ({
      ZoneName,
      State: 'available',
      ZoneType: 'availability-zone',
    })),
  }),
  GetServiceQuota: ({ QuotaCode }) => ({ Quota: { Value: QUOTAS[String(QuotaCode)] } }),
  DescribeAddresses: () => addresses(3),
  DescribeVpcs: () => ({ Vpcs: [{}, {}, {}, {}] }),
  GetAccountSettings: () => ({
    AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 350 },
  }),
} satisfies Answers;

/** Elastic IP addresses, VPCs, vCPUs of Fargate and requests to API Gateway: each as small as the stack allows. */
const QUOTAS: Readonly<Record<string, number>> = {
  'L-0263D0A3': 5,
  'L-F678F1CE': 5,
  'L-3032A538': 5,
  'L-8A5B8E43': 500,
};

/** Answers with one quota that is one less than {@link QUOTAS}. */
export function lessQuota(code: string): Answers {
  return {
    GetServiceQuota: ({ QuotaCode }) => ({
      Quota: { Value: (QUOTAS[String(QuotaCode)] ?? 0) - (QuotaCode === code ? 1 : 0) },
    }),
  };
}

/** Answers of a stack that is deployed with these resources. */
export function deployed(resources: readonly (readonly [id: string, type: string, physicalId?: string])[]): Answers {
  return {
    DescribeStacks: () => ({ Stacks: [{ StackStatus: 'CREATE_COMPLETE' }] }),
    ListStackResources: () => ({
      StackResourceSummaries: resources.map(([LogicalResourceId, ResourceType, PhysicalResourceId]) => ({
        LogicalResourceId,
        ResourceType,
        PhysicalResourceId,
        ResourceStatus: 'CREATE_COMPLETE',
      })),
    }),
  };
}
