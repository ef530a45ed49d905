/**
 * Types of resources that AWS bills, and the lines of the bill, any of which they add. A stage with such a resource has one of the lines. A type
 * that is in no list is a mistake: its price was forgotten.
 */
export const BILLED_TYPES: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGatewayV2::Api': ['connection minutes'],
  'AWS::ApiGatewayV2::Stage': ['metrics of routes'],
  'AWS::ApplicationAutoScaling::ScalingPolicy': ['alarms of scaling', 'alarms of scaling below a minute'],
  'AWS::CloudFront::Distribution': ['requests of CloudFront'],
  'AWS::CloudWatch::Alarm': ['metrics of alarms'],
  'AWS::CloudWatch::CompositeAlarm': ['composite alarms'],
  'AWS::CloudWatch::Dashboard': ['dashboards'],
  'AWS::Cognito::UserPool': ['active users (--users)'],
  'AWS::DynamoDB::Table': ['writes of the message log'],
  'AWS::EC2::EIP': ['public IPv4 addresses'],
  'AWS::EC2::FlowLog': ['flow logs'],
  'AWS::EC2::NatGateway': ['NAT gateways'],
  // Gateway endpoints are free.
  'AWS::EC2::VPCEndpoint': ['interface endpoints', 'writes of the message log'],
  'AWS::ECS::Cluster': ['Container Insights', 'Container Insights, enhanced'],
  'AWS::ECS::Service': ['HTTP tasks, at least: vCPUs', 'WebSocket tasks, at least: vCPUs'],
  'AWS::ECS::TaskDefinition': ['images of services'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['load balancers'],
  'AWS::KMS::Key': ['keys'],
  'AWS::Lambda::EventSourceMapping': ['polls of empty queues'],
  'AWS::Lambda::Function': ['dispatch function: requests', 'HTTP function: requests'],
  'AWS::Logs::LogGroup': ['storage of logs'],
  'AWS::Route53::RecordSet': ['hosted zones'],
  'AWS::SQS::Queue': ['requests of queues'],
  'AWS::SecretsManager::Secret': ['secrets'],
  'AWS::Synthetics::Canary': ['canary: runs of CloudWatch Synthetics'],
  'AWS::WAFv2::WebACL': ['web ACLs'],
};

/** Types whose use costs some cents a month, and which no line contains. */
export const NEGLIGIBLE_TYPES: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket':
    'the files of a page, which CloudFront caches; the logs of a load balancer and the files of a canary have lines of their own',
  'AWS::SNS::Topic': 'some notifications a month, of which 1,000 e-mails are free',
};

/** Types that AWS does not bill. */
export const FREE_TYPES: readonly string[] = [
  'AWS::ApiGateway::Account',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::Deployment',
  'AWS::ApiGatewayV2::DomainName',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::RouteResponse',
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::CertificateManager::Certificate',
  'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::CloudFront::VpcOrigin',
  // CodeDeploy is free for functions. It shifts the traffic of their aliases.
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentConfig',
  'AWS::CodeDeploy::DeploymentGroup',
  'AWS::Cognito::UserPoolClient',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCCidrBlock',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  // EventBridge does not bill the schedule of a rule. The invocations of the canary have lines of their own.
  'AWS::Events::Rule',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::WAFv2::WebACLAssociation',
  'Custom::CDKBucketDeployment',
  'Custom::S3AutoDeleteObjects',
  'Custom::VpcRestrictDefaultSG',
];
