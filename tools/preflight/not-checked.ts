import type { PlannedResource, PlannedStack } from './planned-stack';
import { literal, object, objects, ofType, unique } from './resources';

/** Properties that name a resource, for each type whose names must be free. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::Cognito::UserPoolDomain': 'Domain',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::ECS::Cluster': 'ClusterName',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Name',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Synthetics::Canary': 'Name',
  'AWS::WAFv2::WebACL': 'Name',
};

/** Blocks of properties with the name of a resource of CloudFront. CloudFront is global, so another Region can have the name. */
const NAMES_IN: Readonly<Record<string, string>> = {
  'AWS::CloudFront::OriginAccessControl': 'OriginAccessControlConfig',
  'AWS::CloudFront::ResponseHeadersPolicy': 'ResponseHeadersPolicyConfig',
  'AWS::CloudFront::VpcOrigin': 'VpcOriginEndpointConfig',
};

/** Descriptions of what can also make the deployment fail, for the user to check. */
export function notChecked(planned: PlannedStack): string[] {
  const zones = ofType(planned, 'AWS::EC2::Subnet').length > 0;
  const distributions = ofType(planned, 'AWS::CloudFront::Distribution');
  const vpcOrigins = ofType(planned, 'AWS::CloudFront::VpcOrigin').length;
  return [
    'The permissions of those who deploy, of the roles of the CDK, and service control policies',
    ...(zones ? ['Whether each Availability Zone supports load balancers, NAT gateways and Fargate'] : []),
    ...ofType(planned, 'AWS::ElasticLoadBalancingV2::LoadBalancer')
      .map(({ properties }) => (Array.isArray(properties.Subnets) ? properties.Subnets.filter(literal) : []))
      .filter((subnets) => subnets.length > 0)
      .map((subnets) => `Whether these subnets exist and suit a load balancer: ${subnets.join(', ')}`),
    ...unique(ofType(planned, 'AWS::ECS::TaskDefinition').flatMap(imagesOf)).map(
      (image) => `Whether this image exists, and whether the tasks can pull it: ${image}`,
    ),
    ...ofType(planned, 'AWS::Synthetics::Canary').map(
      ({ properties }) =>
        `Whether CloudWatch Synthetics creates canaries with this runtime: ${literal(properties.RuntimeVersion)}`,
    ),
    ...secretsOf(planned).map((secret) => `Whether this secret exists, with the credentials of the canary: ${secret}`),
    ...namesOf(planned),
    ...(distributions.length > 0
      ? ['Whether the quotas of CloudFront have room for a distribution, its policies and its origin access control']
      : []),
    ...(vpcOrigins > 0
      ? [
          `Whether the quota of CloudFront has room for ${vpcOrigins === 1 ? 'one VPC origin' : `${vpcOrigins} VPC origins`}`,
          'Whether each Availability Zone supports VPC origins of CloudFront',
        ]
      : []),
    ...distributions
      .flatMap(({ properties }) => object(properties.DistributionConfig).Aliases ?? [])
      .map((alias) => `Whether this alias is used by no other distribution of CloudFront: ${alias}`),
  ];
}

/** ARNs of the secrets of canaries that the stack does not create. Without authentication, the variable is `none`. */
function secretsOf({ resources }: PlannedStack): string[] {
  return resources
    .map(({ properties }) => ({ ...object(properties.Environment), ...object(properties.RunConfig) }))
    .flatMap(
      ({ Variables, EnvironmentVariables }) => literal(object(Variables ?? EnvironmentVariables).CANARY_SECRET) ?? [],
    )
    .filter((secret) => secret.startsWith('arn:'));
}

/** One line for each type of resource that has names. */
function namesOf({ resources }: PlannedStack): string[] {
  return unique(resources.map(({ type }) => type)).flatMap((type) => {
    const names = resources.filter((resource) => resource.type === type).flatMap(nameOf);
    return names.length > 0
      ? [`Whether ${names.length === 1 ? 'this name is' : 'these names are'} free: ${names.join(', ')} (${type})`]
      : [];
  });
}

function nameOf({ type, properties }: PlannedResource): string[] {
  const name = literal(properties[NAMES[type] ?? '']) ?? literal(object(properties[NAMES_IN[type] ?? '']).Name);
  return name ? [name] : [];
}

/** Images in a registry. The template refers to one that Docker builds by the account and Region. */
function imagesOf({ properties }: PlannedResource): string[] {
  return objects(properties.ContainerDefinitions).flatMap(({ Image }) => literal(Image) ?? []);
}
