import type * as acm from '@aws-sdk/client-acm';
import type * as apiGateway from '@aws-sdk/client-apigatewayv2';
import type * as autoScaling from '@aws-sdk/client-application-auto-scaling';
import type * as cloudFormation from '@aws-sdk/client-cloudformation';
import type * as cloudWatch from '@aws-sdk/client-cloudwatch';
import type * as dynamoDb from '@aws-sdk/client-dynamodb';
import type * as ec2 from '@aws-sdk/client-ec2';
import type * as ecs from '@aws-sdk/client-ecs';
import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as kms from '@aws-sdk/client-kms';
import type * as lambda from '@aws-sdk/client-lambda';
import type * as route53 from '@aws-sdk/client-route-53';
import type * as secretsManager from '@aws-sdk/client-secrets-manager';
import type * as sns from '@aws-sdk/client-sns';
import type * as sqs from '@aws-sdk/client-sqs';
import type * as waf from '@aws-sdk/client-wafv2';
import { Output } from '../../../lib/outputs';

/** The deployment of the tests, and AWS's answers with which it passes every check. */

export const NOW = new Date('2026-03-01T00:00:00Z');
export const STACK = 'Twinlane-test';

const ACCOUNT = 'us-east-1:123456789012';
export const CERTIFICATE = `arn:aws:acm:${ACCOUNT}:certificate/11111111-1111-1111-1111-111111111111`;
export const LOAD_BALANCER = `arn:aws:elasticloadbalancing:${ACCOUNT}:loadbalancer/app/lane/aaaaaaaaaaaaaaaa`;
export const LISTENER = `arn:aws:elasticloadbalancing:${ACCOUNT}:listener/app/lane/aaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbb`;
export const TARGET_GROUP = `arn:aws:elasticloadbalancing:${ACCOUNT}:targetgroup/lane/cccccccccccccccc`;
export const WEB_ACL = `arn:aws:wafv2:${ACCOUNT}:regional/webacl/lane/1`;
export const LOG_STREAM = `arn:aws:dynamodb:${ACCOUNT}:table/log/stream/2026-01-01T00:00:00.000`;
export const ADMISSION_STREAM = `arn:aws:dynamodb:${ACCOUNT}:table/admission/stream/2026-01-01T00:00:00.000`;
export const HINT_QUEUE = `arn:aws:sqs:${ACCOUNT}:hints`;
export const DELIVERY_QUEUE = `arn:aws:sqs:${ACCOUNT}:deliveries`;
export const DEAD_LETTERS = `arn:aws:sqs:${ACCOUNT}:deliver-failures`;
export const ISSUER = 'https://login.example.com/';
export const KEYS_URL = 'https://login.example.com/.well-known/jwks.json';
export const DISCOVERY_URL = 'https://login.example.com/.well-known/openid-configuration';
export const LOAD_BALANCER_NAME = 'lane-1.us-east-1.elb.amazonaws.com';
export const API_NAME = 'd-1.execute-api.us-east-1.amazonaws.com';
export const ALARM_TOPIC = `arn:aws:sns:${ACCOUNT}:alarms`;
export const CANARY_SECRET = `arn:aws:secretsmanager:${ACCOUNT}:secret:LaneCanaryCredentials0123ABCD-AbCdEfGhIjKl-AbCdEf`;
export const LOG_DESTINATION = `arn:aws:logs:${ACCOUNT}:log-group:ws-access`;

export const OUTPUTS: Readonly<Record<string, string>> = {
  [Output.HTTP_URL]: 'https://api.example.com',
  [Output.WEBSOCKET_URL]: 'wss://ws.example.com',
  [Output.HOSTED_ZONE_ID]: 'Z0EXAMPLE',
  [Output.HTTP_ALIAS_TARGET]: `dualstack.${LOAD_BALANCER_NAME}`,
  [Output.HTTP_ALIAS_TARGET_ZONE_ID]: 'ZLOADBALANCER',
  [Output.WEBSOCKET_ALIAS_TARGET]: API_NAME,
  [Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID]: 'ZAPIGATEWAY',
  [Output.HTTP_CERTIFICATE_ARN]: CERTIFICATE,
  [Output.WEBSOCKET_CERTIFICATE_ARN]: CERTIFICATE,
  [Output.LOAD_BALANCER_ARN]: LOAD_BALANCER,
  [Output.WEB_ACL_ARN]: WEB_ACL,
  [Output.LOAD_BALANCER_IP_ADDRESS_TYPE]: 'dualstack',
  [Output.LISTENER_ARN]: LISTENER,
  [Output.TARGET_GROUP_ARN]: TARGET_GROUP,
  [Output.HTTP_SCALABLE_TARGET]: 'service/lane/api',
  [Output.HTTP_CAPACITY]: '2-10',
  [Output.WEBSOCKET_API_ID]: 'api1',
  [Output.WEBSOCKET_STAGE]: 'live',
  [Output.WEBSOCKET_RATE_LIMIT]: '500',
  [Output.WEBSOCKET_BURST_LIMIT]: '200',
  [Output.MANAGEMENT_ENDPOINT]: 'https://ws.example.com',
  [Output.MANAGEMENT_CERTIFICATE_ARN]: CERTIFICATE,
  [Output.WEBSOCKET_SCALABLE_TARGETS]: 'function:connect:live=1-5',
  [Output.FUNCTIONS]: 'connect=50,deliver=,dispatch=,push=,revoke=',
  [Output.UNTRACED_FUNCTIONS]: 'none',
  [Output.TOKEN_ISSUER]: ISSUER,
  [Output.TOKEN_AUDIENCE]: 'https://api.example.com',
  [Output.TOKEN_KEYS_URL]: KEYS_URL,
  [Output.TOKEN_ALGORITHMS]: 'RS256,ES256',
  [Output.MESSAGE_LOG_TABLE]: 'log',
  [Output.CONNECTION_TABLE]: 'connections',
  [Output.ADMISSION_TABLE]: 'admission',
  [Output.HINT_QUEUE_URL]: 'https://sqs.us-east-1.amazonaws.com/123456789012/hints',
  [Output.DELIVERY_QUEUE_URL]: 'https://sqs.us-east-1.amazonaws.com/123456789012/deliveries',
  [Output.DEAD_LETTER_QUEUE_URLS]: ['dispatch-failures', 'deliver-failures']
    .map((name) => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`)
    .join(','),
  [Output.ALARM_TOPIC_ARN]: ALARM_TOPIC,
  [Output.HEALTH_ALARMS]: 'lane-http,lane-log,lane-certificate',
  [Output.DASHBOARD_NAME]: 'lane-us-east-1',
  [Output.ROLLBACK_ALARM_ARNS]: ['http-errors', 'http-latency', 'websocket-errors', 'websocket-failures']
    .map((id) => `arn:aws:cloudwatch:${ACCOUNT}:alarm:lane-${id}`)
    .join(','),
  [Output.DEPLOYMENT_ALARMS]: 'true',
  [Output.CANARY_FUNCTION]: 'canary',
  [Output.CANARY_SECRET_ARN]: CANARY_SECRET,
  [Output.DELETION_PROTECTION]: 'true',
};

/** Resources of the servers of the WebSocket lane, behind a load balancer of their own. */
export const SERVERS = {
  LOAD_BALANCER: LOAD_BALANCER.replace('lane', 'sockets'),
  LISTENER: LISTENER.replace('lane', 'sockets'),
  TARGET_GROUP: TARGET_GROUP.replace('lane', 'sockets'),
  NAME: 'sockets-1.us-east-1.elb.amazonaws.com',
  /** Security group of the functions that post to the servers. */
  POSTING_GROUP: 'sg-posting',
  /** Security group of the tasks. */
  TASK_GROUP: 'sg-tasks',
};

/** Outputs that differ from {@link OUTPUTS} if the WebSocket lane has servers. */
export const WITH_SERVERS = {
  [Output.WEBSOCKET_API_ID]: undefined,
  [Output.WEBSOCKET_STAGE]: undefined,
  [Output.WEBSOCKET_RATE_LIMIT]: undefined,
  [Output.WEBSOCKET_BURST_LIMIT]: undefined,
  [Output.MANAGEMENT_ENDPOINT]: undefined,
  [Output.MANAGEMENT_CERTIFICATE_ARN]: undefined,
  [Output.WEBSOCKET_ALIAS_TARGET]: `dualstack.${SERVERS.NAME}`,
  [Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID]: 'ZLOADBALANCER',
  [Output.WEBSOCKET_LOAD_BALANCER_ARN]: SERVERS.LOAD_BALANCER,
  [Output.WEBSOCKET_LISTENER_ARN]: SERVERS.LISTENER,
  [Output.WEBSOCKET_TARGET_GROUP_ARN]: SERVERS.TARGET_GROUP,
  [Output.POSTING_SECURITY_GROUP]: SERVERS.POSTING_GROUP,
  [Output.POSTING_FUNCTIONS]: 'deliver,push,revoke',
  [Output.WEBSOCKET_SCALABLE_TARGETS]: 'service/sockets/servers=2-8',
  [Output.FUNCTIONS]: 'deliver=,dispatch=,push=,revoke=',
};

/** Outputs that differ from {@link WITH_SERVERS} if the servers receive no messages from the log, because they run another image. */
export const WITH_IMAGE = {
  ...WITH_SERVERS,
  [Output.POSTING_SECURITY_GROUP]: undefined,
  [Output.POSTING_FUNCTIONS]: undefined,
  [Output.FUNCTIONS]: 'none',
  [Output.DELIVERY_QUEUE_URL]: undefined,
  [Output.DEAD_LETTER_QUEUE_URLS]: 'none',
};

/** Outputs that differ from {@link OUTPUTS} with a canary of CloudWatch Synthetics. */
export const WITH_SYNTHETICS = { [Output.CANARY_FUNCTION]: undefined, [Output.CANARY_NAME]: 'lane-canary' };

/** Outputs that differ from {@link OUTPUTS} without alarms. */
export const WITHOUT_OPERATION = {
  [Output.ALARM_TOPIC_ARN]: undefined,
  [Output.HEALTH_ALARMS]: undefined,
  [Output.DASHBOARD_NAME]: undefined,
  [Output.ROLLBACK_ALARM_ARNS]: undefined,
  [Output.DEPLOYMENT_ALARMS]: undefined,
  [Output.CANARY_FUNCTION]: undefined,
  [Output.CANARY_SECRET_ARN]: undefined,
};

/** Responses of public pages, by URL. A function can also throw what `fetch` would throw. */
export type Pages = Readonly<Record<string, () => Response>>;

export const PASSING_PAGES: Pages = {
  [KEYS_URL]: () =>
    Response.json({
      keys: [
        { kty: 'RSA', use: 'sig', kid: '1' },
        { kty: 'EC', crv: 'P-256', kid: '2' },
      ],
    }),
  [DISCOVERY_URL]: () => Response.json({ issuer: ISSUER, jwks_uri: KEYS_URL }),
};

/** AWS's answer to each command. A function can also throw what the SDK would throw. */
export interface Answers {
  DescribeCertificate(input: acm.DescribeCertificateCommandInput): Partial<acm.DescribeCertificateCommandOutput>;
  GetApi(): Partial<apiGateway.GetApiCommandOutput>;
  GetApiMappings(): Partial<apiGateway.GetApiMappingsCommandOutput>;
  GetDomainName(input: apiGateway.GetDomainNameCommandInput): Partial<apiGateway.GetDomainNameCommandOutput>;
  GetRouteResponses(
    input: apiGateway.GetRouteResponsesCommandInput,
  ): Partial<apiGateway.GetRouteResponsesCommandOutput>;
  GetRoutes(): Partial<apiGateway.GetRoutesCommandOutput>;
  GetStage(): Partial<apiGateway.GetStageCommandOutput>;
  DescribeScalableTargets(
    input: autoScaling.DescribeScalableTargetsCommandInput,
  ): Partial<autoScaling.DescribeScalableTargetsCommandOutput>;
  DescribeStacks(): Partial<cloudFormation.DescribeStacksCommandOutput>;
  DescribeAlarms(input: cloudWatch.DescribeAlarmsCommandInput): Partial<cloudWatch.DescribeAlarmsCommandOutput>;
  GetDashboard(): Partial<cloudWatch.GetDashboardCommandOutput>;
  GetMetricData(input: cloudWatch.GetMetricDataCommandInput): Partial<cloudWatch.GetMetricDataCommandOutput>;
  DescribeContinuousBackups(
    input: dynamoDb.DescribeContinuousBackupsCommandInput,
  ): Partial<dynamoDb.DescribeContinuousBackupsCommandOutput>;
  DescribeTable(input: dynamoDb.DescribeTableCommandInput): Partial<dynamoDb.DescribeTableCommandOutput>;
  DescribeTimeToLive(input: dynamoDb.DescribeTimeToLiveCommandInput): Partial<dynamoDb.DescribeTimeToLiveCommandOutput>;
  DescribeSecurityGroups(
    input: ec2.DescribeSecurityGroupsCommandInput,
  ): Partial<ec2.DescribeSecurityGroupsCommandOutput>;
  DescribeServices(input: ecs.DescribeServicesCommandInput): Partial<ecs.DescribeServicesCommandOutput>;
  DescribeListenerAttributes(): Partial<elb.DescribeListenerAttributesCommandOutput>;
  DescribeListenerCertificates(): Partial<elb.DescribeListenerCertificatesCommandOutput>;
  DescribeListeners(input: elb.DescribeListenersCommandInput): Partial<elb.DescribeListenersCommandOutput>;
  DescribeLoadBalancerAttributes(): Partial<elb.DescribeLoadBalancerAttributesCommandOutput>;
  DescribeLoadBalancers(input: elb.DescribeLoadBalancersCommandInput): Partial<elb.DescribeLoadBalancersCommandOutput>;
  DescribeRules(input: elb.DescribeRulesCommandInput): Partial<elb.DescribeRulesCommandOutput>;
  DescribeTargetGroupAttributes(): Partial<elb.DescribeTargetGroupAttributesCommandOutput>;
  DescribeTargetHealth(): Partial<elb.DescribeTargetHealthCommandOutput>;
  DescribeKey(input: kms.DescribeKeyCommandInput): Partial<kms.DescribeKeyCommandOutput>;
  GetKeyPolicy(input: kms.GetKeyPolicyCommandInput): Partial<kms.GetKeyPolicyCommandOutput>;
  GetFunctionConcurrency(
    input: lambda.GetFunctionConcurrencyCommandInput,
  ): Partial<lambda.GetFunctionConcurrencyCommandOutput>;
  GetFunctionConfiguration(
    input: lambda.GetFunctionConfigurationCommandInput,
  ): Partial<lambda.GetFunctionConfigurationCommandOutput>;
  GetProvisionedConcurrencyConfig(): Partial<lambda.GetProvisionedConcurrencyConfigCommandOutput>;
  ListAliases(input: lambda.ListAliasesCommandInput): Partial<lambda.ListAliasesCommandOutput>;
  ListEventSourceMappings(): Partial<lambda.ListEventSourceMappingsCommandOutput>;
  ListResourceRecordSets(): Partial<route53.ListResourceRecordSetsCommandOutput>;
  GetQueueAttributes(input: sqs.GetQueueAttributesCommandInput): Partial<sqs.GetQueueAttributesCommandOutput>;
  DescribeSecret(): Partial<secretsManager.DescribeSecretCommandOutput>;
  GetTopicAttributes(): Partial<sns.GetTopicAttributesCommandOutput>;
  ListResourcesForWebACL(): Partial<waf.ListResourcesForWebACLCommandOutput>;
}

export const CERTIFICATE_DETAIL: acm.CertificateDetail = {
  DomainName: 'api.example.com',
  SubjectAlternativeNames: ['api.example.com', 'ws.example.com'],
  Status: 'ISSUED',
  InUseBy: [LOAD_BALANCER],
  NotAfter: new Date('2026-09-01T00:00:00Z'),
};

export const DOMAIN: apiGateway.DomainNameConfiguration = {
  ApiGatewayDomainName: API_NAME,
  CertificateArn: CERTIFICATE,
  DomainNameStatus: 'AVAILABLE',
  EndpointType: 'REGIONAL',
  IpAddressType: 'dualstack',
  SecurityPolicy: 'TLS_1_2',
};

export const ROUTES: apiGateway.Route[] = [
  { RouteKey: '$connect', RouteId: 'r1' },
  { RouteKey: '$disconnect', RouteId: 'r2' },
  { RouteKey: '$default', RouteId: 'r3', RouteResponseSelectionExpression: '$default' },
  { RouteKey: 'audit', RouteId: 'r4', RouteResponseSelectionExpression: '$default' },
];

export const STAGE: Partial<apiGateway.GetStageCommandOutput> = {
  AutoDeploy: true,
  AccessLogSettings: { DestinationArn: LOG_DESTINATION },
  LastDeploymentStatusMessage: "Successfully deployed stage with deployment ID 'd1'",
  DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 200, DataTraceEnabled: false },
};

export const HTTPS_LISTENER: elb.Listener = {
  ListenerArn: LISTENER,
  Protocol: 'HTTPS',
  Port: 443,
  SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
  Certificates: [{ CertificateArn: CERTIFICATE }],
  DefaultActions: [{ Type: 'forward', TargetGroupArn: TARGET_GROUP }],
};

export const LOAD_BALANCER_DETAIL: elb.LoadBalancer = {
  LoadBalancerArn: LOAD_BALANCER,
  DNSName: LOAD_BALANCER_NAME,
  State: { Code: 'active' },
  IpAddressType: 'dualstack',
  AvailabilityZones: [{ ZoneName: 'us-east-1a' }, { ZoneName: 'us-east-1b' }],
};

export const LISTENER_ATTRIBUTES = {
  'routing.http.response.strict_transport_security.header_value': 'max-age=63072000; includeSubDomains',
  'routing.http.response.x_content_type_options.header_value': 'nosniff',
  'routing.http.response.x_frame_options.header_value': 'DENY',
  'routing.http.response.content_security_policy.header_value': "default-src 'none'",
  'routing.http.response.server.enabled': 'false',
};

export const LOAD_BALANCER_ATTRIBUTES = {
  'routing.http.drop_invalid_header_fields.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'strictest',
  'deletion_protection.enabled': 'true',
};

export const FUNCTION: Partial<lambda.GetFunctionConfigurationCommandOutput> = {
  Runtime: 'nodejs24.x',
  Architectures: ['arm64'],
  State: 'Active',
  LastUpdateStatus: 'Successful',
  TracingConfig: { Mode: 'Active' },
};

/** Configuration of the function of the canary. */
const CANARY_CONFIGURATION = { ...FUNCTION, TracingConfig: { Mode: 'PassThrough' as const } };

export const SERVICE: ecs.Service = {
  status: 'ACTIVE',
  desiredCount: 2,
  runningCount: 2,
  deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }],
  deploymentConfiguration: {
    alarms: { enable: true, rollback: true, alarmNames: ['lane-http-errors', 'lane-http-latency'] },
  },
};

/** An event source mapping as Lambda describes it. */
export function mapping(
  EventSourceArn: string,
  name: string,
  State = 'Enabled',
): lambda.EventSourceMappingConfiguration {
  return { EventSourceArn, FunctionArn: `arn:aws:lambda:${ACCOUNT}:function:${name}`, State };
}

export const MAPPINGS = [
  mapping(LOG_STREAM, 'dispatch'),
  // The function of another stack, which also reads the messages.
  mapping(LOG_STREAM, 'archive', 'Disabled'),
  mapping(DELIVERY_QUEUE, 'deliver:live'),
  mapping(HINT_QUEUE, 'push'),
  mapping(ADMISSION_STREAM, 'revoke'),
];

export const TABLE: dynamoDb.TableDescription = {
  TableStatus: 'ACTIVE',
  DeletionProtectionEnabled: true,
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
};

export const RECORDS = [
  alias('api.example.com.', 'A', 'dualstack.lane-1.us-east-1.elb.amazonaws.com.'),
  alias('api.example.com.', 'AAAA', 'dualstack.lane-1.us-east-1.elb.amazonaws.com.'),
  alias('ws.example.com.', 'A', 'd-1.execute-api.us-east-1.amazonaws.com.'),
  alias('ws.example.com.', 'AAAA', 'd-1.execute-api.us-east-1.amazonaws.com.'),
];

/** Topic that CloudWatch can publish to, with a subscription. */
export const TOPIC_ATTRIBUTES: Readonly<Record<string, string>> = {
  Policy: JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ],
  }),
  SubscriptionsConfirmed: '1',
  SubscriptionsPending: '0',
};

/** A composite alarm of two alarms, one of which the rule has by its ARN. */
export function composite(AlarmName: string): cloudWatch.CompositeAlarm {
  return {
    AlarmName,
    ActionsEnabled: true,
    AlarmActions: [ALARM_TOPIC],
    OKActions: [ALARM_TOPIC],
    AlarmRule: `(ALARM("arn:aws:cloudwatch:${ACCOUNT}:alarm:${AlarmName}-errors") OR ALARM("${AlarmName}-latency"))`,
    StateValue: 'OK',
  };
}

/** The end of the name of a metric alarm that notifies by itself. */
const ALONE = '-certificate';

/** A metric alarm, as the constructs describe it. */
export function metricAlarm(AlarmName: string): cloudWatch.MetricAlarm {
  return {
    AlarmName,
    AlarmDescription: `Requests fail.\n\nRunbook: docs/runbook.md#errors\n\nConsole: https://us-east-1.console.aws.amazon.com/`,
    MetricName: 'DaysToExpiry',
    Period: 86_400,
    ActionsEnabled: true,
    ...(AlarmName.endsWith(ALONE) && { AlarmActions: [ALARM_TOPIC], OKActions: [ALARM_TOPIC] }),
    StateValue: 'OK',
  };
}

/** Commands that are sent only for servers of the WebSocket lane, or only for a topic with a key of its own. */
type NotAlways = 'DescribeListenerCertificates' | 'DescribeSecurityGroups' | 'DescribeKey' | 'GetKeyPolicy';

export const PASSING: Omit<Answers, NotAlways> = {
  DescribeCertificate: () => ({ Certificate: CERTIFICATE_DETAIL }),
  GetApi: () => ({ ProtocolType: 'WEBSOCKET', DisableExecuteApiEndpoint: true }),
  GetApiMappings: () => ({ Items: [{ ApiId: 'api1', Stage: 'live' }] }),
  GetDomainName: () => ({ DomainNameConfigurations: [DOMAIN] }),
  GetRouteResponses: () => ({ Items: [{ RouteResponseKey: '$default' }] }),
  GetRoutes: () => ({ Items: ROUTES }),
  GetStage: () => STAGE,
  DescribeScalableTargets: ({ ServiceNamespace }) => ({
    ScalableTargets: [
      ServiceNamespace === 'ecs' ? scalable('service/lane/api', 2, 10) : scalable('function:connect:live', 1, 5),
    ],
  }),
  DescribeStacks: () => stackWith(OUTPUTS),
  DescribeAlarms: ({ AlarmNames = [], AlarmTypes: [type] = [] }) =>
    type === 'CompositeAlarm'
      ? { CompositeAlarms: AlarmNames.filter((name) => !name.endsWith(ALONE)).map(composite) }
      : { MetricAlarms: AlarmNames.map(metricAlarm) },
  GetDashboard: () => ({ DashboardBody: '{"widgets":[{"type":"text"},{"type":"metric"}]}' }),
  GetMetricData: () => ({ MetricDataResults: [{ Id: 'runs', Values: [1, 1, 1] }] }),
  DescribeContinuousBackups: () => ({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
    },
  }),
  DescribeTable: ({ TableName }) => ({
    Table: { ...TABLE, LatestStreamArn: TableName === 'log' ? LOG_STREAM : ADMISSION_STREAM },
  }),
  DescribeTimeToLive: () => ({ TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' } }),
  DescribeServices: () => ({ services: [SERVICE] }),
  DescribeListenerAttributes: () => attributes(LISTENER_ATTRIBUTES),
  DescribeListeners: () => ({ Listeners: [HTTPS_LISTENER] }),
  DescribeLoadBalancerAttributes: () => attributes(LOAD_BALANCER_ATTRIBUTES),
  DescribeLoadBalancers: () => ({ LoadBalancers: [LOAD_BALANCER_DETAIL] }),
  DescribeRules: () => ({ Rules: [{ IsDefault: true, Actions: [{ Type: 'forward' }] }] }),
  DescribeTargetGroupAttributes: () => attributes({ 'deregistration_delay.timeout_seconds': '30' }),
  DescribeTargetHealth: () => targets('healthy', 'healthy'),
  GetFunctionConcurrency: ({ FunctionName }) =>
    FunctionName === 'connect' ? { ReservedConcurrentExecutions: 50 } : {},
  GetFunctionConfiguration: ({ FunctionName }) => (FunctionName === 'canary' ? CANARY_CONFIGURATION : FUNCTION),
  GetProvisionedConcurrencyConfig: () => ({ Status: 'READY', AvailableProvisionedConcurrentExecutions: 1 }),
  ListAliases: () => ({ Aliases: [{ Name: 'live', FunctionVersion: '6' }] }),
  ListEventSourceMappings: () => ({ EventSourceMappings: MAPPINGS }),
  ListResourceRecordSets: () => ({ ResourceRecordSets: RECORDS }),
  GetQueueAttributes: ({ QueueUrl }) => ({
    Attributes: {
      hints: { MessageRetentionPeriod: '60' },
      deliveries: { MessageRetentionPeriod: '345600', RedrivePolicy: redriveTo(DEAD_LETTERS) },
    }[QueueUrl?.split('/').at(-1) ?? ''] ?? { MessageRetentionPeriod: '1209600' },
  }),
  DescribeSecret: () => ({ VersionIdsToStages: { v1: ['AWSPREVIOUS'], v2: ['AWSCURRENT'] } }),
  GetTopicAttributes: () => ({ Attributes: { ...TOPIC_ATTRIBUTES } }),
  ListResourcesForWebACL: () => ({ ResourceArns: [LOAD_BALANCER] }),
};

/** Rule that forwards handshakes to the servers. */
export const UPGRADE_RULE: elb.Rule = {
  Priority: '10',
  Conditions: [
    { Field: 'host-header', HostHeaderConfig: { Values: ['ws.example.com'] } },
    { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Upgrade', Values: ['websocket'] } },
  ],
  Actions: [{ Type: 'forward', TargetGroupArn: SERVERS.TARGET_GROUP }],
};

/** Rule that answers the requests that no other rule selects. */
export const UPGRADE_REQUIRED_RULE: elb.Rule = {
  Priority: 'default',
  IsDefault: true,
  Conditions: [],
  Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '426' } }],
};

/** Ingress rules of the tasks: from the load balancer, and from the functions that post. */
export const TASK_RULES: ec2.IpPermission[] = [
  { IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, UserIdGroupPairs: [{ GroupId: 'sg-load-balancer' }] },
  { IpProtocol: 'tcp', FromPort: 8081, ToPort: 8081, UserIdGroupPairs: [{ GroupId: SERVERS.POSTING_GROUP }] },
];

/** {@link SERVICE} for the servers of the WebSocket lane, with the alarms of that lane, or for the HTTP lane. */
function serviceNamed(name: string | undefined): ecs.Service {
  const alarmNames = ['lane-websocket-errors', 'lane-websocket-failures'];
  return name === 'servers'
    ? { ...SERVICE, deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames } } }
    : SERVICE;
}

/** Answers that differ from {@link PASSING} if the WebSocket lane has servers, with the outputs {@link WITH_SERVERS}. */
export const BEHIND_LOAD_BALANCER = {
  ListResourceRecordSets: () => ({
    ResourceRecordSets: [
      ...RECORDS.filter(({ Name }) => Name !== 'ws.example.com.'),
      alias('ws.example.com.', 'A', `dualstack.${SERVERS.NAME}.`),
      alias('ws.example.com.', 'AAAA', `dualstack.${SERVERS.NAME}.`),
    ],
  }),
  DescribeLoadBalancers: ({ LoadBalancerArns: [arn] = [] }) => ({
    LoadBalancers: [
      arn === SERVERS.LOAD_BALANCER
        ? { ...LOAD_BALANCER_DETAIL, LoadBalancerArn: arn, DNSName: SERVERS.NAME }
        : LOAD_BALANCER_DETAIL,
    ],
  }),
  DescribeListeners: ({ LoadBalancerArn }) => ({
    Listeners: [
      LoadBalancerArn === SERVERS.LOAD_BALANCER
        ? { ...HTTPS_LISTENER, ListenerArn: SERVERS.LISTENER, DefaultActions: [{ Type: 'fixed-response' }] }
        : HTTPS_LISTENER,
    ],
  }),
  DescribeLoadBalancerAttributes: () =>
    attributes({ ...LOAD_BALANCER_ATTRIBUTES, 'idle_timeout.timeout_seconds': '600' }),
  DescribeRules: () => ({ Rules: [UPGRADE_REQUIRED_RULE, UPGRADE_RULE] }),
  DescribeServices: ({ services: [name] = [] }) => ({
    services: [
      {
        ...serviceNamed(name),
        networkConfiguration: { awsvpcConfiguration: { subnets: [], securityGroups: [SERVERS.TASK_GROUP] } },
      },
    ],
  }),
  DescribeSecurityGroups: ({ GroupIds = [] }) => ({
    SecurityGroups: GroupIds.map((GroupId) => ({
      GroupId,
      IpPermissions: GroupId === SERVERS.TASK_GROUP ? TASK_RULES : [],
    })),
  }),
  GetFunctionConfiguration: ({ FunctionName }) =>
    FunctionName === 'canary'
      ? CANARY_CONFIGURATION
      : FunctionName === 'dispatch'
        ? FUNCTION
        : { ...FUNCTION, VpcConfig: { SecurityGroupIds: [SERVERS.POSTING_GROUP] } },
  DescribeScalableTargets: ({ ResourceIds: [id = ''] = [] }) => ({
    ScalableTargets: [id === 'service/sockets/servers' ? scalable(id, 2, 8) : scalable(id, 2, 10)],
  }),
} satisfies Partial<Answers>;

/** The default rule of the HTTP lane. */
export const FORWARD_ALL: elb.Rule = {
  ...UPGRADE_REQUIRED_RULE,
  Actions: [{ Type: 'forward', TargetGroupArn: TARGET_GROUP }],
};

/** Outputs that differ from {@link OUTPUTS} if the lanes share a load balancer. */
export const SHARED = {
  ...WITH_SERVERS,
  [Output.WEBSOCKET_LOAD_BALANCER_ARN]: LOAD_BALANCER,
  [Output.WEBSOCKET_LISTENER_ARN]: LISTENER,
};

/** Answers for the servers behind the load balancer of the HTTP lane, which forwards other requests to the HTTP lane by default. */
export const BEHIND_SHARED = {
  ...BEHIND_LOAD_BALANCER,
  ListResourceRecordSets: () => ({
    ResourceRecordSets: ['api', 'ws'].flatMap((name) =>
      (['A', 'AAAA'] as const).map((family) =>
        alias(`${name}.example.com.`, family, 'lane-1.us-east-1.elb.amazonaws.com.'),
      ),
    ),
  }),
  DescribeListenerCertificates: () => ({ Certificates: [{ CertificateArn: CERTIFICATE, IsDefault: true }] }),
  DescribeRules: () => ({
    Rules: [
      UPGRADE_RULE,
      { ...UPGRADE_REQUIRED_RULE, IsDefault: false, Priority: '11', Conditions: UPGRADE_RULE.Conditions?.slice(0, 1) },
      FORWARD_ALL,
    ],
  }),
} satisfies Partial<Answers>;

export function stackWith(outputs: Readonly<Record<string, string>>) {
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  return {
    Stacks: [{ StackName: STACK, CreationTime: NOW, StackStatus: 'UPDATE_COMPLETE' as const, Outputs }],
  };
}

export function redriveTo(deadLetterTargetArn: string): string {
  return JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
}

export function alias(Name: string, Type: route53.RRType, DNSName: string): route53.ResourceRecordSet {
  return { Name, Type, AliasTarget: { DNSName, HostedZoneId: 'Z1', EvaluateTargetHealth: false } };
}

export function attributes(values: Readonly<Record<string, string>>) {
  return { Attributes: Object.entries(values).map(([Key, Value]) => ({ Key, Value })) };
}

export function targets(...states: elb.TargetHealthStateEnum[]) {
  return { TargetHealthDescriptions: states.map((State) => ({ TargetHealth: { State } })) };
}

export function scalable(ResourceId: string, MinCapacity: number, MaxCapacity: number): autoScaling.ScalableTarget {
  const isService = ResourceId.startsWith('service/');
  return {
    ServiceNamespace: isService ? 'ecs' : 'lambda',
    ScalableDimension: isService ? 'ecs:service:DesiredCount' : 'lambda:function:ProvisionedConcurrency',
    ResourceId,
    MinCapacity,
    MaxCapacity,
    RoleARN: 'arn:aws:iam::123456789012:role/scaling',
    CreationTime: NOW,
  };
}
