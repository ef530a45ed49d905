import type { CertificateDetail } from '@aws-sdk/client-acm';
import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { Output } from '../../../lib/outputs';
import {
  ADMISSION_STREAM,
  alias,
  type Answers,
  attributes,
  BEHIND_SHARED,
  DELIVERY_QUEUE,
  HINT_QUEUE,
  DISCOVERY_URL,
  DOMAIN,
  FORWARD_ALL,
  FUNCTION,
  HTTPS_LISTENER,
  ISSUER,
  KEYS_URL,
  LISTENER,
  LISTENER_ATTRIBUTES,
  LOAD_BALANCER,
  LOAD_BALANCER_ATTRIBUTES,
  LOAD_BALANCER_DETAIL,
  LOG_STREAM,
  MAPPINGS,
  OUTPUTS,
  type Pages,
  PASSING,
  RECORDS,
  ROUTES,
  scalable,
  SERVICE,
  SHARED,
  STAGE,
  targets,
  TOPIC_ATTRIBUTES,
  UPGRADE_REQUIRED_RULE,
  UPGRADE_RULE,
  WITH_SERVERS,
  WITH_SYNTHETICS,
} from './passing-deployment';
import { awsError, throwing } from '../aws-checks/aws-errors';
import { verified } from './mocked-aws';
import {
  FORWARD_GATEWAY,
  GATEWAY_CERTIFICATE,
  GATEWAY_WITH_PUBLIC_HTTP,
  GATEWAY_WITH_SERVERS,
  recordsOf,
  rulesOf,
  UPGRADE_AT_PATH,
  verifiedWith,
} from './passing-gateways';

/** A deployment with every output of an API, and so with its every check: also with a distribution, a web ACL and deletion protection. */
const WHOLE = GATEWAY_WITH_PUBLIC_HTTP;

/** A change of one resource: AWS's answers, pages and handshakes that differ. */
interface Breakage {
  readonly answers?: Partial<Answers>;
  readonly pages?: Pages;
  readonly handshakes?: Readonly<Record<string, () => number>>;
}

/** For each check, the breakage of its resource. */
const BREAKAGES: Readonly<Record<string, Breakage>> = {
  ...aliasesOf('api.example.com', 'the load balancer'),
  ...aliasesOf('app.example.com', 'the distribution d1.cloudfront.net'),
  ...aliasesOf('ws.example.com', 'its custom domain'),
  ...certificateOf('api.example.com and ws.example.com', OUTPUTS[Output.HTTP_CERTIFICATE_ARN]),
  ...certificateOf('app.example.com', GATEWAY_CERTIFICATE),

  'https://app.example.com/health is answered by the HTTP lane': answeredWith('https://app.example.com/health', 502),
  ...Object.fromEntries(
    ['v1/', 'docs', 'openapi.json', 'asyncapi.json'].map((path) => [
      `https://app.example.com/${path} is not answered by the bucket of the page`,
      answeredWith(`https://app.example.com/${path}`, 403),
    ]),
  ),
  'https://app.example.com/ is answered with the page': answeredWith('https://app.example.com/', 403),
  'A handshake at wss://app.example.com/socket without a ticket is refused by the WebSocket lane, with 401': {
    handshakes: { 'wss://app.example.com/socket': () => 403 },
  },
  'https://api.example.com/health is refused with 403, because it bypasses the gateway': answeredWith(
    'https://api.example.com/health',
    200,
  ),
  'A handshake at wss://ws.example.com/socket is refused with 403, because it bypasses the gateway': {
    handshakes: { 'wss://ws.example.com/socket': () => 401 },
  },
  'Every rule that forwards requires the header x-origin-secret': {
    answers: rulesOf([FORWARD_GATEWAY, FORWARD_ALL], []),
  },

  'The load balancer is active, dual-stack, and in two or more Availability Zones': loadBalancer({
    IpAddressType: 'ipv4',
  }),
  'The load balancer drops invalid header fields': loadBalancerAttribute(
    'routing.http.drop_invalid_header_fields.enabled',
    'false',
  ),
  'The load balancer uses the strictest desync mitigation mode': loadBalancerAttribute(
    'routing.http.desync_mitigation_mode',
    'defensive',
  ),
  'The load balancer has deletion protection': loadBalancerAttribute('deletion_protection.enabled', 'false'),
  'The web ACL is associated with the load balancer': {
    answers: { ListResourcesForWebACL: () => ({ ResourceArns: [] }) },
  },
  'The listener uses HTTPS on port 443 with ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09': {
    answers: {
      DescribeListeners: () => ({ Listeners: [{ ...HTTPS_LISTENER, SslPolicy: 'ELBSecurityPolicy-2016-08' }] }),
    },
  },
  'The listener has the expected certificate': {
    answers: { DescribeListeners: () => ({ Listeners: [{ ...HTTPS_LISTENER, Certificates: [] }] }) },
  },
  'The default action of any other listener is a redirect to HTTPS': {
    answers: {
      DescribeListeners: () => ({
        Listeners: [HTTPS_LISTENER, { ListenerArn: `${LISTENER}-80`, DefaultActions: [{ Type: 'forward' }] }],
      }),
    },
  },
  'Every response has the HSTS, nosniff, frame options and content security policy headers': listenerAttribute(
    'routing.http.response.x_frame_options.header_value',
    '',
  ),
  'No response has a Server header': listenerAttribute('routing.http.response.server.enabled', 'true'),
  'At least one target is healthy and none is unhealthy': {
    answers: { DescribeTargetHealth: () => targets('healthy', 'unhealthy') },
  },
  'The deregistration delay is 1 to 119 s': {
    answers: { DescribeTargetGroupAttributes: () => attributes({ 'deregistration_delay.timeout_seconds': '300' }) },
  },
  'api has deployed the last change, and runs all tasks': {
    answers: {
      DescribeServices: () => ({
        services: [{ ...SERVICE, deployments: [{ status: 'PRIMARY', rolloutState: 'FAILED' }] }],
      }),
    },
  },

  'api rolls back a deployment if an alarm of its own lane fires': {
    answers: { DescribeServices: () => ({ services: [{ ...SERVICE, deploymentConfiguration: {} }] }) },
  },

  [`${ISSUER} publishes keys that verify its tokens`]: {
    pages: { [KEYS_URL]: () => Response.json({ keys: [] }) },
  },
  [`The discovery document of ${ISSUER}, if present, has this issuer and key URL`]: {
    pages: { [DISCOVERY_URL]: () => Response.json({ issuer: 'https://other', jwks_uri: KEYS_URL }) },
  },
  'The load balancer, if it verifies tokens, uses these keys and supports them': {
    answers: rulesOf(
      [
        FORWARD_GATEWAY,
        { Actions: [{ Type: 'jwt-validation', JwtValidationConfig: { Issuer: ISSUER, JwksEndpoint: 'x' } }] },
      ],
      [],
    ),
  },

  "The API's protocol is WebSocket": {
    answers: { GetApi: () => ({ ProtocolType: 'HTTP', DisableExecuteApiEndpoint: true }) },
  },
  "The API's default endpoint is disabled": { answers: { GetApi: () => ({ ProtocolType: 'WEBSOCKET' }) } },
  'ws.example.com is available, Regional and dual-stack, and requires TLS 1.2': domain({
    DomainNameStatus: 'PENDING_OWNERSHIP_VERIFICATION',
  }),
  'ws.example.com has the expected certificate': domain({ CertificateArn: 'arn:other' }),
  'ws.example.com maps only the path /socket to the stage live of the API api1': {
    answers: { GetApiMappings: () => ({ Items: [] }) },
  },
  'The stage throttles at 500 requests a second, burst 200': stage({ DefaultRouteSettings: {} }),
  'The stage deploys changes automatically': stage({ AutoDeploy: false }),
  'The last deployment of the stage succeeded': stage({
    LastDeploymentStatusMessage: 'Deployment attempt failed: Unable to deploy API because no routes exist in this API',
  }),
  'The stage writes access logs': stage({ AccessLogSettings: {} }),
  'The stage does not log message bodies': stage({ RouteSettings: { $default: { DataTraceEnabled: true } } }),
  'The API has the routes $connect, $disconnect, $default': {
    answers: { GetRoutes: () => ({ Items: ROUTES.filter(({ RouteKey }) => RouteKey !== '$connect') }) },
  },
  '$default, and every other route that answers clients, has a route response': {
    answers: { GetRouteResponses: () => ({ Items: [] }) },
  },

  'service/lane/api scales from 2 to 10': scalableTargets(
    scalable('service/lane/api', 2, 100),
    scalable('function:connect:live', 1, 5),
  ),
  'function:connect:live scales from 1 to 5': scalableTargets(
    scalable('service/lane/api', 2, 10),
    scalable('function:connect:live', 0, 5),
  ),
  'The lanes share no scalable target': scalableTargets(
    { ...scalable('service/lane/api', 2, 10), ResourceId: 'function:connect:other' },
    scalable('function:connect:live', 1, 5),
  ),
  'function:connect:live has a provisioned concurrency of at least 1': {
    answers: { GetProvisionedConcurrencyConfig: () => ({ Status: 'FAILED' }) },
  },

  ...functionOf('connect', 50),
  ...functionOf('deliver'),
  ...functionOf('dispatch'),
  ...functionOf('push'),
  ...functionOf('revoke'),
  ...functionOf('canary', undefined, 'off'),
  'Each alias of a function sends all invocations to one version': {
    answers: throwing('ListAliases', awsError('ResourceNotFoundException')),
  },

  ...tableOf('log', 'stream'),
  ...tableOf('connections'),
  ...tableOf('admission', 'stream'),

  'hints keeps hints for 60 s': queueWith('hints', { MessageRetentionPeriod: '345600' }),
  'deliveries moves what fails to a dead-letter queue': queueWith('deliveries', {}),
  'dispatch-failures keeps what failed for 14 days': queueWith('dispatch-failures', { MessageRetentionPeriod: '60' }),
  'deliver-failures keeps what failed for 14 days': queueWith('deliver-failures', { MessageRetentionPeriod: '60' }),

  'The stream of log invokes a function of the stack': withoutMapping(LOG_STREAM),
  'The stream of admission invokes a function of the stack': withoutMapping(ADMISSION_STREAM),
  'hints invokes a function of the stack': withoutMapping(HINT_QUEUE),
  'deliveries invokes a function of the stack': withoutMapping(DELIVERY_QUEUE),

  ...healthOf('lane-http'),
  ...healthOf('lane-log'),
  ...healthOf('lane-certificate', 'lane-certificate'),
  'The alarm topic has a confirmed subscription': {
    answers: { GetTopicAttributes: () => ({ Attributes: { ...TOPIC_ATTRIBUTES, SubscriptionsConfirmed: '0' } }) },
  },
  'CloudWatch can publish to the alarm topic': {
    answers: { GetTopicAttributes: () => ({ Attributes: { ...TOPIC_ATTRIBUTES, KmsMasterKeyId: 'alias/aws/sns' } }) },
  },
  'The dashboard lane-us-east-1 has widgets': {
    answers: { GetDashboard: () => ({ DashboardBody: '{"widgets":[]}' }) },
  },
  'The canary canary ran in the last 2 hours': {
    answers: { GetMetricData: () => ({ MetricDataResults: [{ Id: 'runs', Values: [] }] }) },
  },
  'The secret of the canary has credentials that were written after it was created': {
    answers: { DescribeSecret: () => ({ VersionIdsToStages: { v1: ['AWSCURRENT'] } }) },
  },
};

describe('For the checks of npm run verify,', () => {
  const of = (breakage: Breakage = {}) => verifiedWith(WHOLE, breakage);

  it('a deployment with every output passes, except those of servers and of CloudWatch Synthetics', async () => {
    expect(Object.keys({ ...OUTPUTS, ...WHOLE.outputs, ...WITH_SERVERS, ...WITH_SYNTHETICS }).sort()).toEqual(
      Object.values(Output).sort(),
    );
    expect((await of()).filter(({ result }) => result !== 'passed')).toEqual([]);
  });

  it('there is one breakage for each', async () => {
    expect(Object.keys(BREAKAGES).sort()).toEqual((await of()).map(({ expected }) => expected).sort());
  });

  it.each(Object.entries(BREAKAGES))('the breakage for "%s" fails exactly this check', async (expected, breakage) => {
    const notPassed = (await of(breakage)).filter(({ result }) => result !== 'passed');

    expect(notPassed.map((one) => [one.expected, one.result])).toEqual([[expected, 'failed']]);
  });
});

/** For each check that only a deployment with servers has, the breakage of its resource. */
const BREAKAGES_OF_SERVERS: Readonly<Record<string, Breakage>> = {
  'ws.example.com has an A alias to the load balancer': withoutAlias('A'),
  'ws.example.com has an AAAA alias to the load balancer': withoutAlias('AAAA'),
  'The listener has the certificate of ws.example.com': {
    answers: { DescribeListenerCertificates: () => ({ Certificates: [] }) },
  },
  'The idle timeout is at least 360 s, longer than between two pings': {
    answers: {
      DescribeLoadBalancerAttributes: () =>
        attributes({ ...LOAD_BALANCER_ATTRIBUTES, 'idle_timeout.timeout_seconds': '359' }),
    },
  },
  'Handshakes for ws.example.com are forwarded to the servers': {
    answers: { DescribeRules: () => ({ Rules: [UPGRADE_REQUIRED_RULE] }) },
  },
  'Other requests to ws.example.com are answered with 426': {
    answers: { DescribeRules: () => ({ Rules: [UPGRADE_RULE, FORWARD_ALL] }) },
  },
  'servers has deployed the last change, and runs all tasks': {
    answers: {
      DescribeServices: (input) => ({
        services: [
          {
            ...BEHIND_SHARED.DescribeServices(input).services[0],
            runningCount: input.services?.includes('servers') ? 1 : 2,
            deployments: [
              { status: 'PRIMARY', rolloutState: input.services?.includes('servers') ? 'FAILED' : 'COMPLETED' },
            ],
          },
        ],
      }),
    },
  },
  'servers rolls back a deployment if an alarm of its own lane fires': {
    answers: {
      DescribeServices: (input) => ({
        services: BEHIND_SHARED.DescribeServices(input).services.map((one) => ({
          ...one,
          // The alarms of the other lane.
          deploymentConfiguration: SERVICE.deploymentConfiguration,
        })),
      }),
    },
  },
  'Port 8081 of the tasks admits only the functions that post, by sg-posting': {
    answers: { DescribeSecurityGroups: () => ({ SecurityGroups: [] }) },
  },
  'service/sockets/servers scales from 2 to 8': {
    answers: {
      DescribeScalableTargets: ({ ResourceIds: [id = ''] = [] }) => ({
        ScalableTargets: [scalable(id, 2, id.endsWith('servers') ? 9 : 10)],
      }),
    },
  },
  ...connectedOf('deliver'),
  ...connectedOf('push'),
  ...connectedOf('revoke'),
};

describe('For the checks of npm run verify of servers,', () => {
  const of = ({ answers }: Breakage = {}) => verified({ ...BEHIND_SHARED, ...answers }, SHARED);

  it('there is one breakage for each that a deployment with an API does not have', async () => {
    const ofApi = Object.keys(BREAKAGES);
    const expectations = (await of()).map(({ expected }) => expected).filter((expected) => !ofApi.includes(expected));

    expect(Object.keys(BREAKAGES_OF_SERVERS).sort()).toEqual(expectations.sort());
  });

  it.each(Object.entries(BREAKAGES_OF_SERVERS))(
    'the breakage for "%s" fails exactly this check',
    async (expected, breakage) => {
      const notPassed = (await of(breakage)).filter(({ result }) => result !== 'passed');

      expect(notPassed.map((one) => [one.expected, one.result])).toEqual([[expected, 'failed']]);
    },
  );
});

/** For each check that only a deployment with internal load balancers has, the breakage of its resource. */
const BREAKAGES_OF_INTERNAL: Readonly<Record<string, Breakage>> = {
  'api.example.com has no record, because its load balancer is internal': leftRecord('api.example.com.'),
  'ws.example.com has no record, because its load balancer is internal': leftRecord('ws.example.com.'),
  'The load balancer is active, IPv4-only, and in two or more Availability Zones': internal({
    State: { Code: 'failed' },
  }),
  'The load balancer is internal': internal({ Scheme: 'internet-facing' }),
  'Handshakes for ws.example.com/socket are forwarded to the servers': {
    answers: rulesOf([FORWARD_ALL], [UPGRADE_REQUIRED_RULE]),
  },
  'Other requests to ws.example.com/socket are answered with 426': {
    answers: rulesOf([FORWARD_ALL], [{ ...UPGRADE_RULE, Conditions: UPGRADE_AT_PATH.Conditions ?? [] }, FORWARD_ALL]),
  },
};

describe('For the checks of npm run verify of internal load balancers,', () => {
  const of = (breakage: Breakage = {}) => verifiedWith(GATEWAY_WITH_SERVERS, breakage);

  it('there is one breakage for each that other deployments do not have', async () => {
    const others = [...Object.keys(BREAKAGES), ...Object.keys(BREAKAGES_OF_SERVERS)];
    const expectations = (await of()).map(({ expected }) => expected).filter((expected) => !others.includes(expected));

    expect(Object.keys(BREAKAGES_OF_INTERNAL).sort()).toEqual([...new Set(expectations)].sort());
  });

  it.each(Object.entries(BREAKAGES_OF_INTERNAL))(
    'the breakage for "%s" fails exactly this check',
    async (expected, breakage) => {
      const notPassed = (await of(breakage)).filter(({ result }) => result !== 'passed');

      expect(notPassed.map((one) => [one.expected, one.result])).toEqual([[expected, 'failed']]);
    },
  );
});

function leftRecord(name: string): Breakage {
  return { answers: recordsOf(alias(name, 'A', 'lane-1.us-east-1.elb.amazonaws.com.')) };
}

/** The load balancer of the HTTP lane differs. */
function internal(changed: LoadBalancer): Breakage {
  return {
    answers: {
      DescribeLoadBalancers: (input) => ({
        LoadBalancers: GATEWAY_WITH_SERVERS.answers
          .DescribeLoadBalancers?.(input)
          .LoadBalancers?.map((one) => (one.LoadBalancerArn === LOAD_BALANCER ? { ...one, ...changed } : one)),
      }),
    },
  };
}

function answeredWith(url: string, status: number): Breakage {
  return { pages: { [url]: () => new Response('', { status }) } };
}

function withoutAlias(family: string): Breakage {
  const { ResourceRecordSets } = BEHIND_SHARED.ListResourceRecordSets();
  const others = ResourceRecordSets.filter(({ Name, Type }) => Name !== 'ws.example.com.' || Type !== family);
  return { answers: { ListResourceRecordSets: () => ({ ResourceRecordSets: others }) } };
}

function connectedOf(name: string): Record<string, Breakage> {
  return {
    [`${name} is in the VPC, with the security group that the tasks admit`]: {
      answers: {
        GetFunctionConfiguration: (input) =>
          input.FunctionName === name ? FUNCTION : BEHIND_SHARED.GetFunctionConfiguration(input),
      },
    },
  };
}

function aliasesOf(host: string, target: string): Record<string, Breakage> {
  const broken = (family: string) => {
    const others = ({ Name, Type }: ResourceRecordSet) => Name !== `${host}.` || Type !== family;
    const { ResourceRecordSets } = recordsOf(...RECORDS).ListResourceRecordSets();
    return { answers: { ListResourceRecordSets: () => ({ ResourceRecordSets: ResourceRecordSets.filter(others) }) } };
  };
  return {
    [`${host} has an A alias to ${target}`]: broken('A'),
    [`${host} has an AAAA alias to ${target}`]: broken('AAAA'),
  };
}

function certificateOf(host: string, arn: string | undefined): Record<string, Breakage> {
  const broken = (changed: CertificateDetail): Breakage => ({
    answers: {
      DescribeCertificate: (input) => {
        const { Certificate } = (WHOLE.answers.DescribeCertificate ?? PASSING.DescribeCertificate)(input);
        return { Certificate: input.CertificateArn === arn ? { ...Certificate, ...changed } : Certificate };
      },
    },
  });
  return {
    [`The certificate of ${host} covers each host`]: broken({ SubjectAlternativeNames: ['example.org'] }),
    [`The certificate of ${host} is issued and in use`]: broken({ Status: 'REVOKED' }),
    [`The certificate of ${host} is valid for at least 30 days`]: broken({ NotAfter: new Date(0) }),
  };
}

function loadBalancer(changed: LoadBalancer): Breakage {
  return {
    answers: { DescribeLoadBalancers: () => ({ LoadBalancers: [{ ...LOAD_BALANCER_DETAIL, ...changed }] }) },
  };
}

function loadBalancerAttribute(key: keyof typeof LOAD_BALANCER_ATTRIBUTES, value: string): Breakage {
  const changed = { ...LOAD_BALANCER_ATTRIBUTES, [key]: value };
  return { answers: { DescribeLoadBalancerAttributes: () => attributes(changed) } };
}

function listenerAttribute(key: keyof typeof LISTENER_ATTRIBUTES, value: string): Breakage {
  return { answers: { DescribeListenerAttributes: () => attributes({ ...LISTENER_ATTRIBUTES, [key]: value }) } };
}

function domain(changed: Partial<typeof DOMAIN>): Breakage {
  const DomainNameConfigurations = [{ ...DOMAIN, ...changed }];
  return { answers: { GetDomainName: () => ({ DomainNameConfigurations }) } };
}

function stage(changed: typeof STAGE): Breakage {
  return { answers: { GetStage: () => ({ ...STAGE, ...changed }) } };
}

function scalableTargets(...[ofService, ofFunction]: ReturnType<typeof scalable>[]): Breakage {
  return {
    answers: {
      DescribeScalableTargets: ({ ServiceNamespace }) => ({
        ScalableTargets: [ServiceNamespace === 'ecs' ? ofService : ofFunction].flatMap((target) => target ?? []),
      }),
    },
  };
}

function functionOf(name: string, reserved?: number, tracing: 'on' | 'off' = 'on'): Record<string, Breakage> {
  return {
    [`${name} uses nodejs24.x on arm64, is active, and has tracing ${tracing}`]: {
      answers: {
        GetFunctionConfiguration: (input) => ({
          ...PASSING.GetFunctionConfiguration(input),
          ...(input.FunctionName === name && { State: 'Failed' }),
        }),
      },
    },
    [`${name} has ${reserved ? `a reserved concurrency of ${reserved}` : 'no reserved concurrency'}`]: {
      answers: {
        GetFunctionConcurrency: (input) =>
          input.FunctionName === name ? { ReservedConcurrentExecutions: 1 } : PASSING.GetFunctionConcurrency(input),
      },
    },
  };
}

function healthOf(name: string, watched = `${name}-errors`): Record<string, Breakage> {
  const broken = (changed: CompositeAlarm & MetricAlarm): Breakage => ({
    answers: {
      DescribeAlarms: (input) => {
        const { CompositeAlarms, MetricAlarms } = PASSING.DescribeAlarms(input);
        const change = <Alarm extends { AlarmName?: string }>(alarm: Alarm) =>
          alarm.AlarmName === name ? { ...alarm, ...changed } : alarm;
        return { CompositeAlarms: CompositeAlarms?.map(change), MetricAlarms: MetricAlarms?.map(change) };
      },
    },
  });
  return {
    [`${name} notifies the topic of an alarm and of its end`]: broken({ ActionsEnabled: false }),
    [`${name} watches metrics, or alarms that exist`]:
      watched === name
        ? broken({ MetricName: undefined, Metrics: [] })
        : {
            answers: {
              DescribeAlarms: (input) => {
                const { CompositeAlarms, MetricAlarms } = PASSING.DescribeAlarms(input);
                return { CompositeAlarms, MetricAlarms: MetricAlarms?.filter((one) => one.AlarmName !== watched) };
              },
            },
          },
    [`${name} is OK`]: broken({ StateValue: 'ALARM' }),
  };
}

function tableOf(name: string, stream?: 'stream'): Record<string, Breakage> {
  const table = (changed: TableDescription): Breakage => ({
    answers: {
      DescribeTable: (input) => {
        const { Table } = PASSING.DescribeTable(input);
        return { Table: input.TableName === name ? { ...Table, ...changed } : Table };
      },
    },
  });
  return {
    [`${name} is active`]: table({ TableStatus: 'INACCESSIBLE_ENCRYPTION_CREDENTIALS' }),
    [`${name} has point-in-time recovery`]: {
      answers: {
        DescribeContinuousBackups: (input) =>
          input.TableName === name ? {} : PASSING.DescribeContinuousBackups(input),
      },
    },
    [`${name} has time to live`]: {
      answers: {
        DescribeTimeToLive: (input) => (input.TableName === name ? {} : PASSING.DescribeTimeToLive(input)),
      },
    },
    ...(stream && { [`${name} has a stream`]: table({ StreamSpecification: { StreamEnabled: false } }) }),
    [`${name} has deletion protection`]: table({ DeletionProtectionEnabled: false }),
  };
}

function queueWith(name: string, Attributes: Record<string, string>): Breakage {
  return {
    answers: {
      GetQueueAttributes: (input) =>
        input.QueueUrl?.endsWith(`/${name}`) ? { Attributes } : PASSING.GetQueueAttributes(input),
    },
  };
}

function withoutMapping(source: string): Breakage {
  const EventSourceMappings = MAPPINGS.filter(({ EventSourceArn }) => EventSourceArn !== source);
  return { answers: { ListEventSourceMappings: () => ({ EventSourceMappings }) } };
}
