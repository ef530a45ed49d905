import type { Template } from 'aws-cdk-lib/assertions';
import { cdk } from '../support/example-project';
import {
  GATEWAY_WITH_PUBLIC_LOAD_BALANCER,
  GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  GATEWAY_WITH_SERVERS,
  ONE_LOAD_BALANCER,
  SHARED_LOAD_BALANCER,
  STAGES,
  stageTemplate,
} from './stages';

/** Number of resources of each type in every stage, so that no resource is added or removed unnoticed. */
const EVERY_STAGE = {
  'AWS::ApplicationAutoScaling::ScalableTarget': 1,
  'AWS::ApplicationAutoScaling::ScalingPolicy': 2,
  'AWS::CertificateManager::Certificate': 1,
  'AWS::Cognito::UserPool': 1,
  'AWS::Cognito::UserPoolClient': 1,
  'AWS::DynamoDB::Table': 3,
  'AWS::EC2::EgressOnlyInternetGateway': 1,
  'AWS::EC2::FlowLog': 1,
  'AWS::EC2::InternetGateway': 1,
  'AWS::EC2::SecurityGroup': 2,
  'AWS::EC2::SecurityGroupEgress': 1,
  'AWS::EC2::SecurityGroupIngress': 1,
  'AWS::EC2::VPC': 1,
  'AWS::EC2::VPCCidrBlock': 1,
  'AWS::EC2::VPCEndpoint': 2,
  'AWS::EC2::VPCGatewayAttachment': 1,
  'AWS::ECS::Cluster': 1,
  'AWS::ECS::Service': 1,
  'AWS::ECS::TaskDefinition': 1,
  'AWS::ElasticLoadBalancingV2::Listener': 1,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 1,
  'AWS::ElasticLoadBalancingV2::TargetGroup': 1,
  'AWS::IAM::Policy': 7,
  'AWS::IAM::Role': 8,
  'AWS::Lambda::EventSourceMapping': 4,
  'AWS::Lambda::Function': 5,
  'AWS::Logs::LogGroup': 6,
  'AWS::Route53::RecordSet': 4,
  'AWS::SQS::Queue': 5,
  'AWS::SQS::QueuePolicy': 5,
  'Custom::VpcRestrictDefaultSG': 1,
};

/** Additional resources of a WebSocket lane with an API: three functions, each with a role, a policy and a log group, and two logs of the API. */
const API = {
  'AWS::ApiGatewayV2::Api': 1,
  'AWS::ApiGatewayV2::ApiMapping': 1,
  'AWS::ApiGatewayV2::DomainName': 1,
  'AWS::ApiGatewayV2::Integration': 3,
  'AWS::ApiGatewayV2::Route': 3,
  'AWS::ApiGatewayV2::RouteResponse': 1,
  'AWS::ApiGatewayV2::Stage': 1,
  'AWS::IAM::Policy': 3,
  'AWS::IAM::Role': 3,
  'AWS::Lambda::Function': 3,
  'AWS::Lambda::Permission': 3,
  'AWS::Logs::LogGroup': 5,
};

/**
 * Additional resources of a WebSocket lane with servers: a service with its roles, scaling and log group, and security groups of the
 * load balancer, the tasks and the functions.
 */
const SERVERS = {
  'AWS::ApplicationAutoScaling::ScalableTarget': 1,
  'AWS::ApplicationAutoScaling::ScalingPolicy': 2,
  'AWS::EC2::SecurityGroup': 3,
  'AWS::EC2::SecurityGroupEgress': 2,
  'AWS::EC2::SecurityGroupIngress': 2,
  'AWS::ECS::Cluster': 1,
  'AWS::ECS::Service': 1,
  'AWS::ECS::TaskDefinition': 1,
  'AWS::ElasticLoadBalancingV2::Listener': 1,
  'AWS::ElasticLoadBalancingV2::ListenerRule': 1,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 1,
  'AWS::ElasticLoadBalancingV2::TargetGroup': 1,
  'AWS::IAM::Policy': 2,
  'AWS::IAM::Role': 2,
  'AWS::Logs::LogGroup': 1,
};

/** Difference of servers behind the load balancer of the HTTP lane: its security group is that of the HTTP lane. */
const SHARED = {
  'AWS::EC2::SecurityGroup': -1,
  'AWS::ElasticLoadBalancingV2::Listener': -1,
  'AWS::ElasticLoadBalancingV2::ListenerRule': 1,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': -1,
};

/**
 * Additional resources of a gateway with a page, in front of an API and an internal load balancer, whose host has no records: the
 * distribution with its certificate, the secret of the API, and the bucket with the functions that copy the page and delete it.
 */
const GATEWAY = {
  'AWS::CertificateManager::Certificate': 1,
  'AWS::CloudFront::Distribution': 1,
  'AWS::CloudFront::OriginAccessControl': 1,
  'AWS::CloudFront::ResponseHeadersPolicy': 1,
  'AWS::CloudFront::VpcOrigin': 1,
  'AWS::IAM::Policy': 1,
  'AWS::IAM::Role': 2,
  'AWS::Lambda::Function': 2,
  'AWS::Lambda::LayerVersion': 1,
  'AWS::Logs::LogGroup': 1,
  'AWS::S3::Bucket': 1,
  'AWS::S3::BucketPolicy': 1,
  'AWS::SecretsManager::Secret': 1,
  'Custom::CDKBucketDeployment': 1,
  'Custom::S3AutoDeleteObjects': 1,
};

/** Difference of servers behind a gateway: CloudFront reaches them within the VPC, so there is no secret, and their host has no records. */
const SERVERS_BEHIND_GATEWAY = {
  'AWS::CloudFront::VpcOrigin': 1,
  'AWS::Route53::RecordSet': -2,
  'AWS::SecretsManager::Secret': -1,
};

/** Difference of public load balancers of both lanes behind a gateway: each host has two records. */
const PUBLIC_LOAD_BALANCERS = {
  'AWS::CloudFront::VpcOrigin': -2,
  'AWS::ElasticLoadBalancingV2::ListenerRule': 1,
  'AWS::Route53::RecordSet': 4,
  'AWS::SecretsManager::Secret': 1,
};

/** Difference of a public load balancer of the HTTP lane behind a gateway. */
const PUBLIC_LOAD_BALANCER = {
  'AWS::CloudFront::VpcOrigin': -1,
  'AWS::ElasticLoadBalancingV2::ListenerRule': 1,
  'AWS::Route53::RecordSet': 2,
};

/** Additional resources of each zone: a public subnet, a private subnet and a NAT gateway. */
const EVERY_ZONE = {
  'AWS::EC2::EIP': 1,
  'AWS::EC2::NatGateway': 1,
  'AWS::EC2::Route': 4,
  'AWS::EC2::RouteTable': 2,
  'AWS::EC2::Subnet': 2,
  'AWS::EC2::SubnetRouteTableAssociation': 2,
};

const ACCESS_LOGS = { 'AWS::S3::Bucket': 1, 'AWS::S3::BucketPolicy': 1 };

const WEB_ACL = {
  'AWS::WAFv2::WebACL': 1,
  'AWS::WAFv2::WebACLAssociation': 1,
  'AWS::WAFv2::LoggingConfiguration': 1,
  'AWS::Logs::LogGroup': 1,
};

/** Health of both lanes and of the message log, a dashboard and a topic. docs/alarms.md lists the alarms, so they are not counted here. */
const OPERATION = {
  'AWS::CloudWatch::CompositeAlarm': 3,
  'AWS::CloudWatch::Dashboard': 1,
  'AWS::SNS::Topic': 1,
  'AWS::SNS::TopicPolicy': 1,
};

/** A function that a rule invokes, with a role, a policy, a log group and the secret of its user. */
const CANARY = {
  'AWS::Events::Rule': 1,
  'AWS::IAM::Policy': 1,
  'AWS::IAM::Role': 1,
  'AWS::Lambda::EventInvokeConfig': 1,
  'AWS::Lambda::Function': 1,
  'AWS::Lambda::Permission': 1,
  'AWS::Logs::LogGroup': 1,
  'AWS::SecretsManager::Secret': 1,
};

/** A canary of CloudWatch Synthetics, with a role, a policy, the secret of its user, and a bucket whose files are deleted with it. */
const SYNTHETICS = {
  'AWS::IAM::Policy': 1,
  'AWS::IAM::Role': 2,
  'AWS::Lambda::Function': 1,
  'AWS::S3::Bucket': 1,
  'AWS::S3::BucketPolicy': 1,
  'AWS::SecretsManager::Secret': 1,
  'AWS::Synthetics::Canary': 1,
  'Custom::S3AutoDeleteObjects': 1,
};

const INVENTORY = {
  dev: sum(EVERY_STAGE, API, times(EVERY_ZONE, 2)),
  prod: sum(EVERY_STAGE, API, times(EVERY_ZONE, 3), ACCESS_LOGS, WEB_ACL, OPERATION, CANARY),
  servers: sum(EVERY_STAGE, SERVERS, times(EVERY_ZONE, 2)),
  gateway: sum(EVERY_STAGE, API, times(EVERY_ZONE, 2), GATEWAY),
};

type Counts = Readonly<Record<string, number>>;

function sum(...all: readonly Counts[]): Counts {
  const total: Record<string, number> = {};
  for (const [type, count] of all.flatMap((counts) => Object.entries(counts))) {
    total[type] = (total[type] ?? 0) + count;
  }
  return total;
}

/** @returns the counts that are not zero */
function present(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

function times(counts: Counts, zones: number): Counts {
  return Object.fromEntries(Object.entries(counts).map(([type, count]) => [type, count * zones]));
}

const ALARM = 'AWS::CloudWatch::Alarm';

/** @returns the number of resources of each type except {@link ALARM} */
function countsOf(template: Template): Counts {
  const resources = Object.values<{ Type: string }>(template.toJSON().Resources);
  return sum(...resources.filter(({ Type }) => Type !== ALARM).map(({ Type }) => ({ [Type]: 1 })));
}

test.each(STAGES)('the %s stage has exactly the resources of its inventory', (stage) => {
  expect(countsOf(stageTemplate(stage))).toEqual(INVENTORY[stage]);
});

test.each(STAGES)('the %s stage has alarms only if its settings turn on the operation', (stage) => {
  const hasAlarms = Object.keys(stageTemplate(stage).findResources(ALARM)).length > 0;
  expect(hasAlarms).toBe('operation' in cdk.context.twinlane[stage]);
});

test('the dev stage with a canary of CloudWatch Synthetics has exactly the resources of both inventories', () => {
  const operation = { canary: { type: 'synthetics' } } as const;
  expect(countsOf(stageTemplate('dev', { operation }))).toEqual(sum(INVENTORY.dev, OPERATION, SYNTHETICS));
});

test('with a shared load balancer, the servers stage has no other load balancer, and a rule for requests without Upgrade', () => {
  expect(countsOf(stageTemplate('servers', SHARED_LOAD_BALANCER))).toEqual(sum(INVENTORY.servers, SHARED));
});

describe('the gateway stage has exactly the resources of its inventory', () => {
  const withServers = sum(EVERY_STAGE, SERVERS, times(EVERY_ZONE, 2), GATEWAY, SERVERS_BEHIND_GATEWAY);

  test('with servers, whose load balancer CloudFront also reaches within the VPC, so there is no secret', () => {
    expect(countsOf(stageTemplate('gateway', GATEWAY_WITH_SERVERS))).toEqual(present(withServers));
  });

  test('with public load balancers of both lanes, which require the secret', () => {
    expect(countsOf(stageTemplate('gateway', GATEWAY_WITH_PUBLIC_LOAD_BALANCERS))).toEqual(
      present(sum(withServers, PUBLIC_LOAD_BALANCERS)),
    );
  });

  test('with a public load balancer and an API, which require the secret', () => {
    expect(countsOf(stageTemplate('gateway', GATEWAY_WITH_PUBLIC_LOAD_BALANCER))).toEqual(
      present(sum(INVENTORY.gateway, PUBLIC_LOAD_BALANCER)),
    );
  });
});

test('one load balancer for both lanes has the resources of a shared one, and the records of one host', () => {
  expect(countsOf(stageTemplate('servers', ONE_LOAD_BALANCER))).toEqual(
    sum(INVENTORY.servers, SHARED, { 'AWS::Route53::RecordSet': -2 }),
  );
});
