import { FUNCTIONS } from '../lib/resource-property';

/**
 * A setting with a value that differs from its default and from the values of other settings, and the property that the value
 * must reach. A setting of one type of a block is named with it: `capacity.http.memoryMiB of lambda`.
 */
export interface SettingInTemplate {
  readonly setting: string;
  readonly value: unknown;

  /** Type and beginning of the logical id of the resources: every one must have the value. `stack` for the stack itself. */
  readonly resource: string;

  /** Path of the property: see `propertyOf`. */
  readonly property: string;

  /** The value in the template. @default - the value of the setting */
  readonly expected?: unknown;
}

type Row = readonly [setting: string, value: unknown, resource: string, property: string, expected?: unknown];

const SCALABLE_TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';
const SCALING_POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
const UTILIZATION = 'TargetTrackingScalingPolicyConfiguration/TargetValue';

/** @param seed - makes the numbers of a function differ from those of others */
function provisioned(block: string, of: string, id: string, seed: number): Row[] {
  return [
    [`${block}.minCapacity${of}`, seed, `${SCALABLE_TARGET} ${id}`, 'MinCapacity'],
    [`${block}.maxCapacity${of}`, seed + 20, `${SCALABLE_TARGET} ${id}`, 'MaxCapacity'],
    [`${block}.utilizationTarget${of}`, (seed + 20) / 100, `${SCALING_POLICY} ${id}`, UTILIZATION],
  ];
}

const certificate = 'arn:aws:acm:eu-west-1:111122223333:certificate/0f0f';
const alarmTopic = 'arn:aws:sns:eu-west-1:111122223333:pager';
const canarySecret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:canary-AbCdEf';
const publicSubnets = ['subnet-0000000000000000a', 'subnet-0000000000000000b'];
const privateSubnets = ['subnet-0000000000000000c', 'subnet-0000000000000000d'];

/** A stage that runs tasks in an existing VPC. */
const TASKS: Row[] = [
  ['account', '111122223333', 'stack', 'account'],
  ['region', 'eu-west-1', 'stack', 'region'],
  ['availabilityZones', ['eu-west-1b', 'eu-west-1c'], 'stack', 'zones'],
  ['network.vpcId', 'vpc-0000000000000000e', 'AWS::ElasticLoadBalancingV2::TargetGroup', 'VpcId'],
  ['network.publicSubnetIds', publicSubnets, 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'Subnets'],
  ['network.privateSubnetIds', privateSubnets, 'AWS::ECS::Service', 'NetworkConfiguration/AwsvpcConfiguration/Subnets'],
  ['network.ipv6', true, 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'IpAddressType', 'dualstack'],
  ['hostedZone.id', 'ZTASKS', 'AWS::Route53::RecordSet', 'HostedZoneId'],
  ['hosts.http', 'shop.example.com', 'AWS::Route53::RecordSet TwinLaneHttpLane', 'Name', 'shop.example.com.'],
  ['hosts.websocket', 'push.example.com', 'AWS::ApiGatewayV2::DomainName', 'DomainName'],
  ['certificate.arn', certificate, 'AWS::ElasticLoadBalancingV2::Listener', 'Certificates/0/CertificateArn'],
  ['certificate.arn', certificate, 'AWS::ApiGatewayV2::DomainName', 'DomainNameConfigurations/0/CertificateArn'],
  ['capacity.http.type of fargate', 'fargate', 'AWS::ElasticLoadBalancingV2::TargetGroup', 'TargetType', 'ip'],
  ['capacity.http.minTasks of fargate', 3, `${SCALABLE_TARGET} TwinLaneHttpLaneServiceTaskCount`, 'MinCapacity'],
  ['capacity.http.maxTasks of fargate', 19, `${SCALABLE_TARGET} TwinLaneHttpLaneServiceTaskCount`, 'MaxCapacity'],
  ['capacity.http.cpu of fargate', 512, 'AWS::ECS::TaskDefinition', 'Cpu', '512'],
  ['capacity.http.memoryMiB of fargate', 3072, 'AWS::ECS::TaskDefinition', 'Memory', '3072'],
  ['capacity.websocket.type of apiGateway', 'apiGateway', 'AWS::ApiGatewayV2::Api', 'ProtocolType', 'WEBSOCKET'],
  [
    'capacity.websocket.rateLimit of apiGateway',
    4321,
    'AWS::ApiGatewayV2::Stage',
    'DefaultRouteSettings/ThrottlingRateLimit',
  ],
  [
    'capacity.websocket.burstLimit of apiGateway',
    1234,
    'AWS::ApiGatewayV2::Stage',
    'DefaultRouteSettings/ThrottlingBurstLimit',
  ],
  ...Object.entries(FUNCTIONS).flatMap(([name, id], index): Row[] => [
    [
      `capacity.websocket.reservedConcurrency.${name} of apiGateway`,
      61 + index,
      `AWS::Lambda::Function ${id}`,
      'ReservedConcurrentExecutions',
    ],
    ...provisioned(`capacity.websocket.provisionedConcurrency.${name}`, ' of apiGateway', id, 4 + index),
  ]),
  [
    'delivery.maxBatchingWindowSeconds',
    17,
    'AWS::Lambda::EventSourceMapping TwinLaneDeliveryDispatch',
    'MaximumBatchingWindowInSeconds',
  ],
  [
    'delivery.maxBatchingWindowSeconds',
    17,
    `AWS::Lambda::Function ${FUNCTIONS.message}`,
    'Environment/Variables/HINT_AFTER_MILLISECONDS',
    '17600',
  ],
  [
    'delivery.maxBatchingWindowSeconds',
    17,
    'AWS::ECS::TaskDefinition',
    'ContainerDefinitions/0/Environment/HINT_AFTER_MILLISECONDS',
    '17600',
  ],
  ['accountLoggingRole', true, 'AWS::ApiGateway::Account', 'DeletionPolicy', 'Retain'],
  ['webAcl.rateLimit', 777, 'AWS::WAFv2::WebACL', 'Rules/0/Statement/RateBasedStatement/Limit'],
  ['operation.alarmTopicArn', alarmTopic, 'AWS::CloudWatch::CompositeAlarm', 'AlarmActions/0'],
  ['operation.alarmTopicArn', alarmTopic, 'AWS::CloudWatch::CompositeAlarm', 'OKActions/0'],
  [
    'operation.runbookUrl',
    'https://wiki.example.com/lanes',
    'AWS::CloudWatch::CompositeAlarm',
    'AlarmDescription',
    expect.stringContaining('Runbook: https://wiki.example.com/lanes'),
  ],
  ['operation.dashboard', false, 'stack', 'hasDashboard'],
  ['operation.accountAlarms', true, 'AWS::CloudWatch::Alarm TwinLaneOperationaccountvcpus', 'EvaluationPeriods', 5],
  ['operation.canary.everyMinutes', 41, 'AWS::Events::Rule', 'ScheduleExpression', 'rate(41 minutes)'],
  [
    'operation.canary.credentialsSecretArn',
    canarySecret,
    'AWS::Lambda::Function TwinLaneOperationCanary',
    'Environment/Variables/CANARY_SECRET',
  ],
  ['operation.deploymentAlarms', false, 'stack', 'hasDeploymentAlarms'],
  ['logRetentionDays', 545, 'AWS::Logs::LogGroup', 'RetentionInDays'],
  ['logRetentionDays', 545, 'AWS::S3::Bucket', 'LifecycleConfiguration/Rules/0/ExpirationInDays'],
  ['removalPolicy', 'retain', 'AWS::DynamoDB::Table', 'DeletionPolicy', 'RetainExceptOnCreate'],
  ['removalPolicy', 'retain', 'AWS::Logs::LogGroup', 'DeletionPolicy', 'RetainExceptOnCreate'],
  ['deletionProtection', true, 'stack', 'terminationProtection'],
  ['deletionProtection', true, 'AWS::DynamoDB::Table', 'DeletionProtectionEnabled'],
  [
    'deletionProtection',
    true,
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'LoadBalancerAttributes/deletion_protection.enabled',
    'true',
  ],
];

const HTTP_FUNCTION = 'TwinLaneHttpLaneServiceFunction';
const TOKEN_RULES = 'Environment/Variables/TOKEN_RULES';
const origins = ['https://pages.example.com', 'app://localhost'];

/** A stage whose HTTP lane is a function, in a VPC that it creates, with tokens of another issuer. */
const FUNCTION: Row[] = [
  ['availabilityZones', ['us-east-1c', 'us-east-1f'], 'AWS::EC2::Subnet', 'AvailabilityZone'],
  ['hosts.http', 'rest.example.com', 'AWS::CertificateManager::Certificate', 'DomainName'],
  [
    'hosts.websocket',
    'live.example.com',
    'AWS::CertificateManager::Certificate',
    'SubjectAlternativeNames',
    ['live.example.com'],
  ],
  [
    'allowedOrigins',
    origins,
    `AWS::Lambda::Function ${HTTP_FUNCTION}`,
    'Environment/Variables/ALLOWED_ORIGINS',
    origins.join(','),
  ],
  [
    'allowedOrigins',
    origins,
    `AWS::Lambda::Function ${FUNCTIONS.connect}`,
    'Environment/Variables/ALLOWED_ORIGINS',
    origins.join(','),
  ],
  ...(
    [
      ['type', 'oidc', 'isCognito', false],
      ['issuer', 'https://issuer.example.net/', 'issuer'],
      ['audience', 'the-api', 'audience'],
      ['keysUrl', 'https://keys.example.net/jwks', 'keysUrl'],
      ['tenantClaim', 'org', 'tenantClaim'],
      ['requireScopes', false, 'requireScopes'],
      ['scopePrefix', 'orders/', 'scopePrefix'],
    ] as const
  ).map(([setting, value, rule, expected]): Row => [
    `authentication.${setting}`,
    value,
    `AWS::Lambda::Function ${HTTP_FUNCTION}`,
    `${TOKEN_RULES}/${rule}`,
    expected,
  ]),
  ['capacity.http.type of lambda', 'lambda', 'AWS::ElasticLoadBalancingV2::TargetGroup', 'TargetType'],
  ['capacity.http.memoryMiB of lambda', 1357, `AWS::Lambda::Function ${HTTP_FUNCTION}`, 'MemorySize'],
  [
    'capacity.http.reservedConcurrency of lambda',
    97,
    `AWS::Lambda::Function ${HTTP_FUNCTION}`,
    'ReservedConcurrentExecutions',
  ],
  ...provisioned('capacity.http.provisionedConcurrency', ' of lambda', HTTP_FUNCTION, 12),
  ['removalPolicy', 'destroy', 'AWS::DynamoDB::Table', 'DeletionPolicy', 'Delete'],
];

/** A stage whose tasks have public addresses. */
const PUBLIC_TASKS: Row[] = [
  ['network.vpcId', 'vpc-0000000000000001a', 'AWS::ElasticLoadBalancingV2::TargetGroup', 'VpcId'],
  [
    'network.publicSubnetIds',
    ['subnet-0000000000000001b', 'subnet-0000000000000001c'],
    'AWS::ECS::Service',
    'NetworkConfiguration/AwsvpcConfiguration/Subnets',
  ],
  [
    'network.assignPublicIp',
    true,
    'AWS::ECS::Service',
    'NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp',
    'ENABLED',
  ],
];

const { push, dispatch, deliver, revoke } = FUNCTIONS;
const SERVERS_TASK = 'AWS::ECS::TaskDefinition TwinLaneWebSocketLaneServers';
const SERVERS_COUNT = `${SCALABLE_TARGET} TwinLaneWebSocketLaneServers`;

/** A stage whose WebSocket lane has servers. */
const SERVERS: Row[] = [
  [
    'hosts.websocket',
    'sockets.example.com',
    'AWS::Route53::RecordSet TwinLaneWebSocketLane',
    'Name',
    'sockets.example.com.',
  ],
  [
    'capacity.websocket.type of servers',
    'servers',
    SERVERS_TASK,
    'ContainerDefinitions/0/Environment/POSTS_PORT',
    '8081',
  ],
  ['capacity.websocket.minTasks of servers', 103, SERVERS_COUNT, 'MinCapacity'],
  ['capacity.websocket.maxTasks of servers', 107, SERVERS_COUNT, 'MaxCapacity'],
  ['capacity.websocket.cpu of servers', 1024, SERVERS_TASK, 'Cpu', '1024'],
  ['capacity.websocket.memoryMiB of servers', 5120, SERVERS_TASK, 'Memory', '5120'],
  [
    'capacity.websocket.connectionsPerTask of servers',
    4567,
    SERVERS_TASK,
    'ContainerDefinitions/0/Environment/CONNECTIONS_PER_TASK',
    '4567',
  ],
  [
    'capacity.websocket.loadBalancer of servers',
    'shared',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'LoadBalancerAttributes/idle_timeout.timeout_seconds',
    '600',
  ],
  ...Object.entries({ push, dispatch, deliver, revoke }).flatMap(([name, id], index): Row[] => [
    [
      `capacity.websocket.reservedConcurrency.${name} of servers`,
      161 + index,
      `AWS::Lambda::Function ${id}`,
      'ReservedConcurrentExecutions',
    ],
    ...provisioned(`capacity.websocket.provisionedConcurrency.${name}`, ' of servers', id, 48 + index),
  ]),
  ['operation.canary.type', 'synthetics', 'AWS::Synthetics::Canary', 'Schedule/Expression', 'rate(5 minutes)'],
  ['operation.canary.runtime', 'syn-nodejs-9.9', 'AWS::Synthetics::Canary', 'RuntimeVersion'],
  ['operation.deploymentAlarms', true, 'AWS::ECS::Service', 'DeploymentConfiguration/Alarms/Enable'],
];

const DISTRIBUTION = 'AWS::CloudFront::Distribution';
const gatewayCertificate = 'arn:aws:acm:us-east-1:111122223333:certificate/0e0e';
const gatewayWebAcl = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/shop/0d0d';

/** A stage with a CloudFront distribution in front of public load balancers. */
const GATEWAY: Row[] = [
  ['gateway.type of cloudFront', 'cloudFront', DISTRIBUTION, 'DistributionConfig/Enabled', true],
  ['gateway.host of cloudFront', 'front.example.com', DISTRIBUTION, 'DistributionConfig/Aliases/0'],
  [
    'gateway.host of cloudFront',
    'front.example.com',
    'AWS::Route53::RecordSet TwinLaneGateway',
    'Name',
    'front.example.com.',
  ],
  ['gateway.page of cloudFront', 'demo', DISTRIBUTION, 'DistributionConfig/DefaultRootObject', 'index.html'],
  [
    'gateway.contentSecurityPolicy of cloudFront',
    "default-src 'none'",
    'AWS::CloudFront::ResponseHeadersPolicy',
    'ResponseHeadersPolicyConfig/SecurityHeadersConfig/ContentSecurityPolicy/ContentSecurityPolicy',
  ],
  [
    'gateway.internalLoadBalancers of cloudFront',
    false,
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'Scheme',
    'internet-facing',
  ],
  [
    'gateway.certificateArn of cloudFront',
    gatewayCertificate,
    DISTRIBUTION,
    'DistributionConfig/ViewerCertificate/AcmCertificateArn',
  ],
  ['gateway.webAclArn of cloudFront', gatewayWebAcl, DISTRIBUTION, 'DistributionConfig/WebACLId'],
];

/** A stage with a CloudFront distribution in front of an internal load balancer, in an existing VPC. */
const INTERNAL_GATEWAY: Row[] = [
  ['network.vpcId', 'vpc-0000000000000002a', 'AWS::EC2::SecurityGroup TwinLaneHttpLane', 'VpcId'],
  [
    'network.privateSubnetIds',
    ['subnet-0000000000000002d', 'subnet-0000000000000002e'],
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'Subnets',
  ],
  [
    'network.vpcCidrBlock',
    '10.77.0.0/16',
    'AWS::EC2::SecurityGroup TwinLaneHttpLaneSecurityGroup',
    'SecurityGroupIngress/0/CidrIp',
  ],
  ['gateway.type of cloudFront', 'cloudFront', DISTRIBUTION, 'DistributionConfig/Enabled', true],
  ['gateway.host of cloudFront', 'inside.example.com', DISTRIBUTION, 'DistributionConfig/Aliases/0'],
  [
    'gateway.internalLoadBalancers of cloudFront',
    true,
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'Scheme',
    'internal',
  ],
  ['webAcl.rateLimit', 779, 'AWS::WAFv2::WebACL TwinLaneGateway', 'Rules/0/Statement/RateBasedStatement/Limit'],
];

/** A stage with one load balancer for both lanes. */
const ONE_LOAD_BALANCER: Row[] = [
  [
    'gateway.type of loadBalancer',
    'loadBalancer',
    'AWS::ElasticLoadBalancingV2::ListenerRule TwinLaneWebSocketLaneServersUpgradeRule',
    'Conditions/1/PathPatternConfig/Values/0',
    '/socket',
  ],
];

function settingsOf(rows: readonly Row[]): SettingInTemplate[] {
  return rows.map(([setting, value, resource, property, expected]) => ({
    setting,
    value,
    resource,
    property,
    ...(expected !== undefined && { expected }),
  }));
}

/** Stages with different combinations of settings, because not all can be in one. */
export const SETTINGS_IN_TEMPLATE = {
  tasks: settingsOf(TASKS),
  function: settingsOf(FUNCTION),
  'public-tasks': settingsOf(PUBLIC_TASKS),
  servers: settingsOf(SERVERS),
  gateway: settingsOf(GATEWAY),
  'internal-gateway': settingsOf(INTERNAL_GATEWAY),
  'one-load-balancer': settingsOf(ONE_LOAD_BALANCER),
};

/** Settings that no resource has: a value, the settings that it limits, and a part of the problem that names it. */
export const SETTINGS_THAT_LIMIT_OTHERS = [
  { setting: 'hostedZone.name', value: 'zone.example.net', problem: 'must be in the hosted zone zone.example.net' },
  { setting: 'certificate.names', value: ['*.example.net'], problem: 'got ["*.example.net"]' },
  { setting: 'quotas.fargateVcpus', value: 1, problem: 'the quota is 1' },
  { setting: 'quotas.lambdaConcurrency', value: 141, problem: 'the quota is 141' },
  { setting: 'quotas.apiGatewayRequestsPerSecond', value: 421, problem: 'the quota of 421 requests per second' },
  { setting: 'quotas.apiGatewayBurst', value: 112, problem: 'the burst quota of 112 requests' },
];
