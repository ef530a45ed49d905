import type { CfnResource, CfnTemplate } from './template';

/**
 * Properties that identify a resource for AWS: a second resource with the same values is refused, or changes the first one.
 * Each list is one identity. A property that is missing does not identify: AWS generates its value.
 */
const IDENTITIES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'AWS::ApiGatewayV2::ApiMapping': [['DomainName', 'ApiMappingKey']],
  'AWS::ApiGatewayV2::DomainName': [['DomainName']],
  'AWS::ApiGatewayV2::Route': [['ApiId', 'RouteKey']],
  'AWS::ApiGatewayV2::RouteResponse': [['RouteId', 'RouteResponseKey']],
  'AWS::ApiGatewayV2::Stage': [['ApiId', 'StageName']],
  'AWS::ApplicationAutoScaling::ScalableTarget': [['ResourceId', 'ScalableDimension']],
  'AWS::ApplicationAutoScaling::ScalingPolicy': [['ScalingTargetId', 'PolicyName']],
  'AWS::CloudFront::Distribution': [['DistributionConfig.Aliases']],
  'AWS::CloudFront::OriginAccessControl': [['OriginAccessControlConfig.Name']],
  'AWS::CloudFront::ResponseHeadersPolicy': [['ResponseHeadersPolicyConfig.Name']],
  'AWS::CloudFront::VpcOrigin': [['VpcOriginEndpointConfig.Name']],
  'AWS::CloudWatch::Alarm': [['AlarmName']],
  'AWS::CloudWatch::CompositeAlarm': [['AlarmName']],
  'AWS::CloudWatch::Dashboard': [['DashboardName']],
  'AWS::CodeDeploy::Application': [['ApplicationName']],
  'AWS::CodeDeploy::DeploymentGroup': [['ApplicationName', 'DeploymentGroupName']],
  'AWS::Cognito::UserPool': [['UserPoolName']],
  'AWS::DynamoDB::Table': [['TableName']],
  'AWS::EC2::Route': [
    ['RouteTableId', 'DestinationCidrBlock'],
    ['RouteTableId', 'DestinationIpv6CidrBlock'],
  ],
  'AWS::EC2::SecurityGroup': [['VpcId', 'GroupName']],
  'AWS::EC2::SecurityGroupEgress': [
    ['GroupId', 'DestinationSecurityGroupId', 'FromPort', 'ToPort'],
    ['GroupId', 'CidrIp', 'FromPort', 'ToPort'],
  ],
  'AWS::EC2::SecurityGroupIngress': [['GroupId', 'SourceSecurityGroupId', 'FromPort', 'ToPort']],
  'AWS::EC2::Subnet': [
    ['VpcId', 'CidrBlock'],
    ['VpcId', 'Ipv6CidrBlock'],
  ],
  'AWS::EC2::SubnetRouteTableAssociation': [['SubnetId']],
  'AWS::EC2::VPCCidrBlock': [['VpcId', 'AmazonProvidedIpv6CidrBlock']],
  'AWS::EC2::VPCEndpoint': [['VpcId', 'ServiceName']],
  'AWS::EC2::VPCGatewayAttachment': [['InternetGatewayId'], ['VpcId', 'InternetGatewayId']],
  'AWS::ECS::Cluster': [['ClusterName']],
  'AWS::ECS::Service': [['Cluster', 'ServiceName']],
  'AWS::ElasticLoadBalancingV2::Listener': [['LoadBalancerArn', 'Port']],
  'AWS::ElasticLoadBalancingV2::ListenerRule': [['ListenerArn', 'Priority']],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [['Name']],
  'AWS::ElasticLoadBalancingV2::TargetGroup': [['Name']],
  'AWS::Events::Rule': [['Name']],
  'AWS::IAM::Policy': [['PolicyName', 'Roles']],
  'AWS::IAM::Role': [['RoleName']],
  'AWS::Lambda::Alias': [['FunctionName', 'Name']],
  'AWS::Lambda::EventInvokeConfig': [['FunctionName', 'Qualifier']],
  'AWS::Lambda::EventSourceMapping': [['FunctionName', 'EventSourceArn']],
  'AWS::Lambda::Function': [['FunctionName']],
  'AWS::Logs::LogGroup': [['LogGroupName']],
  'AWS::Route53::RecordSet': [['HostedZoneId', 'Name', 'Type']],
  'AWS::S3::Bucket': [['BucketName']],
  'AWS::S3::BucketPolicy': [['Bucket']],
  'AWS::SNS::Topic': [['TopicName']],
  'AWS::SNS::TopicPolicy': [['Topics']],
  'AWS::SQS::Queue': [['QueueName']],
  'AWS::SQS::QueuePolicy': [['Queues']],
  'AWS::SecretsManager::Secret': [['Name']],
  'AWS::Synthetics::Canary': [['Name']],
  'AWS::WAFv2::LoggingConfiguration': [['ResourceArn']],
  'AWS::WAFv2::WebACL': [['Name', 'Scope']],
  'AWS::WAFv2::WebACLAssociation': [['ResourceArn']],
};

/** Types without an identity of their own: AWS accepts any number of equal resources. */
const WITHOUT_IDENTITY = [
  // The account has one setting, which the last stack wins.
  'AWS::ApiGateway::Account',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::CertificateManager::Certificate',
  'AWS::Cognito::UserPoolClient',
  'AWS::EC2::EIP',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::FlowLog',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::RouteTable',
  'AWS::EC2::VPC',
  'AWS::ECS::TaskDefinition',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'Custom::CDKBucketDeployment',
  'Custom::S3AutoDeleteObjects',
  'Custom::VpcRestrictDefaultSG',
];

/**
 * @returns the identities of a resource: `AWS::ApiGatewayV2::DomainName DomainName="ws.example.com"`. Throws for a type that
 *   neither list contains, so that each new type is decided about
 */
export function identitiesOf({ Type, Properties = {} }: CfnResource): string[] {
  const lists = IDENTITIES[Type];
  if (!lists && !WITHOUT_IDENTITY.includes(Type)) {
    throw new Error(
      `test/stack/updates/identities.ts does not contain ${Type}. Fix: add the properties that identify it`,
    );
  }
  return (lists ?? []).flatMap((names) => {
    const values = names.map((name) => [name, valueAt(Properties, name)] as const);
    // A mapping without a key is the only one of its domain.
    const missing = values.some(([name, value]) => value === undefined && name !== 'ApiMappingKey');
    return missing ? [] : [[Type, ...values.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(' ')];
  });
}

/** @returns identity → logical id, for all resources of a template */
export function identitiesIn({ Resources }: CfnTemplate): Map<string, string> {
  return new Map(
    Object.entries(Resources).flatMap(([id, resource]) => identitiesOf(resource).map((identity) => [identity, id])),
  );
}

function valueAt(properties: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], properties);
}
