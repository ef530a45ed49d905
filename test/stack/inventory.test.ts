import { STAGES, stageTemplate } from './stages';

/** Number of resources of each type in every stage, so that no resource is added or removed unnoticed. */
const EVERY_STAGE = {
  'AWS::ApiGatewayV2::Api': 1,
  'AWS::ApiGatewayV2::ApiMapping': 1,
  'AWS::ApiGatewayV2::DomainName': 1,
  'AWS::ApiGatewayV2::Integration': 3,
  'AWS::ApiGatewayV2::Route': 3,
  'AWS::ApiGatewayV2::RouteResponse': 1,
  'AWS::ApiGatewayV2::Stage': 1,
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
  'AWS::IAM::Policy': 10,
  'AWS::IAM::Role': 11,
  'AWS::Lambda::EventSourceMapping': 4,
  'AWS::Lambda::Function': 8,
  'AWS::Lambda::Permission': 3,
  'AWS::Logs::LogGroup': 11,
  'AWS::Route53::RecordSet': 4,
  'AWS::SQS::Queue': 5,
  'AWS::SQS::QueuePolicy': 5,
  'Custom::VpcRestrictDefaultSG': 1,
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
  'AWS::Logs::LogGroup': EVERY_STAGE['AWS::Logs::LogGroup'] + 1,
};

const INVENTORY = {
  dev: { ...EVERY_STAGE, ...times(EVERY_ZONE, 2) },
  prod: { ...EVERY_STAGE, ...times(EVERY_ZONE, 3), ...ACCESS_LOGS, ...WEB_ACL },
};

function times(counts: Record<string, number>, zones: number): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([type, count]) => [type, count * zones]));
}

test.each(STAGES)('the %s stage has exactly the resources of its inventory', (stage) => {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values<{ Type: string }>(stageTemplate(stage).toJSON().Resources)) {
    counts[Type] = (counts[Type] ?? 0) + 1;
  }
  expect(counts).toEqual(INVENTORY[stage]);
});
