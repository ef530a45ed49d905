import type { Blueprint } from '../blueprint';

type Row = Blueprint['notEmulated'][number];

/** The types that this folder reads into the blueprint, as a part of it or as a relation between parts. */
const EMULATED = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::Authorizer',
  // A stage without automatic deployment refers to a deployment; here every stage has all routes.
  'AWS::ApiGatewayV2::Deployment',
  'AWS::ApiGatewayV2::DomainName',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::IntegrationResponse',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::RouteResponse',
  'AWS::ApiGatewayV2::Stage',
  'AWS::ApplicationAutoScaling::ScalableTarget',
  // The CDK's usage reporting, not a resource of the app.
  'AWS::CDK::Metadata',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::CloudFront::VpcOrigin',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::ECS::Cluster',
  'AWS::ECS::Service',
  'AWS::ECS::TaskDefinition',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Version',
  'AWS::Route53::RecordSet',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SSM::Parameter',
  'AWS::SecretsManager::Secret',
  'Custom::CDKBucketDeployment',
]);

/** Consequences of types that are not emulated. The first pattern that matches a type selects the row. */
const MEANINGS: readonly (readonly [pattern: RegExp, type: string, meaning: string])[] = [
  [
    /^AWS::(CertificateManager::|ElasticLoadBalancingV2::(ListenerCertificate|TrustStore))/,
    'AWS::CertificateManager::*',
    'TLS is not emulated: https URLs use plain http here, and wss URLs plain ws.',
  ],
  [
    /^AWS::EC2::|^Custom::VpcRestrictDefaultSG$|^AWS::ServiceDiscovery::/,
    'AWS::EC2::*',
    'Networks are not emulated: everything runs on loopback, and security groups and routes block nothing.',
  ],
  [/^AWS::WAF(v2|Regional)?::/, 'AWS::WAFv2::*', 'No request is filtered or limited by a firewall.'],
  [
    /^AWS::(Lambda::Permission|SecretsManager::ResourcePolicy|SQS::QueuePolicy|SQS::QueueInlinePolicy|SNS::TopicPolicy|SNS::TopicInlinePolicy|Events::EventBusPolicy|Lambda::LayerVersionPermission)$/,
    'Resource policies',
    'Resource policies are not evaluated: only the policies of a role decide what it is allowed to do.',
  ],
  [
    /^AWS::(Logs|CloudWatch|XRay|Synthetics|ApplicationInsights)::/,
    'AWS::CloudWatch::*, AWS::Logs::*',
    'There are no metrics, alarms or traces. The output of handlers is in this log.',
  ],
  [
    /^AWS::ApplicationAutoScaling::|^AWS::AutoScaling::/,
    'AWS::ApplicationAutoScaling::ScalingPolicy',
    'Nothing scales: each service runs its minimum number of tasks.',
  ],
  [/^AWS::Route53/, 'AWS::Route53::*', 'DNS is not emulated: host names end in .localhost here.'],
  [
    /^AWS::S3::/,
    'AWS::S3::*',
    'Buckets are not emulated, except for files that a distribution serves: calls to them fail, and access logs are not stored.',
  ],
  [
    /^AWS::SecretsManager::Rotation/,
    'AWS::SecretsManager::RotationSchedule',
    'Secrets are not rotated: each keeps its value during the run.',
  ],
  [
    /^AWS::SecretsManager::SecretTargetAttachment$/,
    'AWS::SecretsManager::SecretTargetAttachment',
    'The connection of the database is not added to the secret. Fix: pass --env-file with secretsmanager:NAME:host=VALUE, and other keys.',
  ],
  [
    /^AWS::CloudFront::/,
    'AWS::CloudFront::*',
    'Functions, signed URLs, and cache and origin request policies of your own have no effect.',
  ],
  [/^AWS::Scheduler::/, 'AWS::Scheduler::*', 'Nothing runs on a schedule here.'],
  [
    /^AWS::ApiGatewayV2::Model$/,
    'AWS::ApiGatewayV2::Model',
    'Messages are not validated: a route accepts messages that its model does not allow.',
  ],
  [/^AWS::KMS::/, 'AWS::KMS::*', 'Nothing is encrypted at rest.'],
  [/^AWS::ApiGateway::Account$/, 'AWS::ApiGateway::Account', 'API Gateway needs no role to log here.'],
  [
    /^Custom::|^AWS::CloudFormation::(CustomResource|WaitCondition|WaitConditionHandle)$/,
    'Custom::*',
    'Custom resources do not run, so the changes that they make on AWS are missing.',
  ],
  [
    /^AWS::CloudFormation::Stack$/,
    'AWS::CloudFormation::Stack',
    'Its template is not in the assembly as JSON: its resources do not run.',
  ],
];

/** Resources of the assembly that are not emulated, with the consequence. Each type has one row. */
export class NotEmulated {
  private readonly byType = new Map<string, { logicalIds: string[]; meaning: string }>();

  /** Adds a resource whose type is emulated, but not in this form. */
  add(type: string, logicalId: string, meaning: string): void {
    const row = this.byType.get(type) ?? { logicalIds: [], meaning };
    if (!row.logicalIds.includes(logicalId)) row.logicalIds.push(logicalId);
    this.byType.set(type, row);
  }

  /** Adds a resource if its type is not emulated. */
  addIfUnknown(type: string, logicalId: string): void {
    if (EMULATED.has(type)) return;
    const [, group, meaning] = MEANINGS.find(([pattern]) => pattern.test(type)) ?? [
      undefined,
      type,
      'It does not exist here. Calls to it fail.',
    ];
    this.add(group, logicalId, meaning);
  }

  get rows(): Row[] {
    return [...this.byType].map(([type, row]) => ({ type, ...row }));
  }
}
