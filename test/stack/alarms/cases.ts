import type { CheckName } from '../../../lambda/canary/canary';
import { CANARY_METRICS } from '../../../lambda/canary/canary-metrics';
import { METRIC_NAMESPACE } from '../../../lambda/metrics';
import type { RefusalReason } from '../../../lib/metrics/lane-metric';
import { DEFAULT_THRESHOLDS } from '../../../lib/operation/alarms/thresholds';
import type { AlarmCase, Scenario } from './alarm-case';
import type { Facts } from './facts';
import type { Change } from './world';

const times = (count: number, value: number) => Array.from({ length: count }, () => value);

/** @returns `count` values, of which some are `bad` and the others are `good` */
const mixed = (count: number, bad: number, value = 1, good = 0) => [...times(bad, value), ...times(count - bad, good)];

/** @returns a change of which the values are published in one of a few minutes only */
const everyFew =
  (every: number) =>
  (each: Change): Change => ({ ...each, every });

const change = (metric: string, of: RegExp, ...values: readonly number[]): Change => ({ metric, of, values });

const HTTP = /HttpLane/;
const WEBSOCKET = /WebSocketLane/;

/** @returns an expression for the logical ids that another one does not match */
const not = (of: RegExp) => new RegExp(`^(?!.*${of.source})`);

/** Errors of a load balancer and its targets. */
function requests(of: RegExp, all: number, failed: number, byTarget = true): Change[] {
  const some = (count: number) => (count > 0 ? [count] : []);
  return [
    change('AWS/ApplicationELB RequestCount', of, ...some(all)),
    change('AWS/ApplicationELB HTTPCode_Target_5XX_Count', of, ...(byTarget ? some(failed) : [])),
    ...(byTarget ? [] : [change('AWS/ApplicationELB HTTPCode_ELB_5XX_Count', of, failed)]),
  ];
}

/** Scenarios of the share of requests that fail, with the default thresholds: more than 1 percent of more than 50 requests, or 5 failures. */
function errorScenarios(of: RegExp, ownLoadBalancer: boolean): { fires: Scenario[]; quiet: Scenario[] } {
  return {
    fires: [
      { when: '11 of 1,000 requests fail in the target', changes: requests(of, 1000, 11) },
      { when: '1 of 51 requests fails in the target', changes: requests(of, 51, 1) },
      { when: 'all of 5 requests fail in the target', changes: requests(of, 5, 5) },
      ...(ownLoadBalancer
        ? [
            { when: 'the load balancer answers 11 of 1,000 requests with 5xx', changes: requests(of, 989, 11, false) },
            {
              when: 'the load balancer has no target, and answers all 5 requests with 5xx',
              changes: requests(of, 0, 5, false),
            },
          ]
        : []),
    ],
    quiet: [
      { when: '10 of 1,000 requests fail', changes: requests(of, 1000, 10) },
      { when: '4 of 50 requests fail', changes: requests(of, 50, 4) },
      { when: 'all of 4 requests fail', changes: requests(of, 4, 4) },
    ],
  };
}

/** Scenarios of tasks that are missing. */
function hostScenarios(of: RegExp, least: number): { fires: Scenario[]; quiet: Scenario[] } {
  const hosts = (...values: readonly number[]) => [change('AWS/ApplicationELB HealthyHostCount', of, ...values)];
  return {
    fires: [
      { when: 'one task fewer than the minimum is healthy', changes: hosts(least - 1, least - 1) },
      {
        when: 'one node of the load balancer has one healthy task fewer than the minimum, and others have more',
        changes: hosts(least + 1, least - 1, least + 2),
      },
      { when: 'no task is healthy', changes: hosts(0) },
    ],
    quiet: [{ when: 'the minimum of tasks is healthy', changes: hosts(least, least) }],
  };
}

function saturationScenarios(of: RegExp, most: number): { fires: Scenario[]; quiet: Scenario[] } {
  const hosts = (count: number) => change('AWS/ApplicationELB HealthyHostCount', of, count, count);
  const cpu = (percent: number) => change('AWS/ECS CPUUtilization', of, percent, percent);
  return {
    fires: [
      { when: 'the maximum of tasks is healthy', changes: [hosts(most)] },
      { when: 'the CPU utilization is 81 percent', changes: [cpu(81)] },
    ],
    quiet: [
      {
        when: 'one task fewer than the maximum is healthy, with a CPU utilization of 80 percent',
        changes: [hosts(most - 1), cpu(80)],
      },
      {
        when: 'one task is busy and the average is 80 percent',
        changes: [change('AWS/ECS CPUUtilization', of, 100, 60)],
      },
    ],
  };
}

/** One scenario for each function of a lane: so each is watched. */
function ofEachFunction(of: RegExp, metric: 'Errors' | 'Throttles', when: string) {
  return ({ functions }: Facts): Scenario[] =>
    functions
      .filter((id) => of.test(id))
      .map((id) => ({ when, changes: [change(`AWS/Lambda ${metric}`, new RegExp(`^${id}$`), 1, ...times(59, 0))] }));
}

const FAILS = 'one invocation of one of the functions fails';
const THROTTLED = 'one invocation of one of the functions is throttled';

function ofFunctions(
  prefix: string,
  of: RegExp,
  rest: Pick<AlarmCase, 'lane' | 'exists'>,
): readonly [AlarmCase, AlarmCase] {
  const others = (metric: 'Errors' | 'Throttles') => () => [
    { when: 'functions are idle', changes: [change(`AWS/Lambda ${metric}`, of)] },
  ];
  return [
    {
      id: `${prefix}-errors`,
      ...rest,
      threshold: ['functionErrors'],
      fires: ofEachFunction(of, 'Errors', FAILS),
      quiet: others('Errors'),
    },
    {
      id: `${prefix}-throttles`,
      ...rest,
      threshold: [],
      fires: ofEachFunction(of, 'Throttles', THROTTLED),
      quiet: others('Throttles'),
    },
  ];
}

function ofTable(id: string, of: RegExp, rest: Pick<AlarmCase, 'lane' | 'exists'>): AlarmCase {
  return {
    id,
    ...rest,
    threshold: [],
    fires: () =>
      (['Read', 'Write'] as const).map((kind) => ({
        when: `one ${kind.toLowerCase()} is throttled`,
        changes: [change(`AWS/DynamoDB ${kind}ThrottleEvents`, of, 1)],
      })),
    quiet: () => [
      {
        when: 'other tables are throttled',
        changes: ['Read', 'Write'].map((kind) => change(`AWS/DynamoDB ${kind}ThrottleEvents`, not(of), 1)),
      },
    ],
  };
}

const API = 'API Gateway';
const SERVERS = 'servers';
const hasServers = ({ webSocketTasks }: Facts) => webSocketTasks !== undefined;

/** API Gateway publishes 0 or 1 for each request and frame. */
const ofApi = (metric: string, ...values: readonly number[]) => [
  change(`AWS/ApiGateway ${metric}`, WEBSOCKET, ...values),
];

/** Connections that a task accepts by default. */
const CONNECTIONS_PER_TASK = 5000;

const openConnections = (...values: readonly number[]) => [change('Twinlane OpenConnections', WEBSOCKET, ...values)];

const { httpLatency, integrationLatency, pushLatency, connectsPerSecond, certificateDays } = DEFAULT_THRESHOLDS;

/** Refusals of the WebSocket lane by reason. The functions of an API publish one metric together. */
function failures(byReason: Partial<Record<RefusalReason, number>>): Change[] {
  return Object.entries(byReason).map(([reason, count]) =>
    change(`Twinlane Refused ${reason}`, WEBSOCKET, ...(count > 0 ? [count] : [])),
  );
}

const ofSynthetics = (...values: readonly number[]) => [
  change('CloudWatchSynthetics SuccessPercent', /Canary/, ...values),
];

const ofCanary = (check: CheckName, ...values: readonly number[]) => [
  change(`${METRIC_NAMESPACE} ${CANARY_METRICS.checks[check]}`, /Canary/, ...values),
];

/** An alarm on a check of the canary, with another check that fails without it. */
function ofCheck(
  check: CheckName,
  rest: Pick<AlarmCase, 'id' | 'lane'> & { fails: string; other: CheckName; otherFails: string },
): AlarmCase {
  const { id, lane, fails, other, otherFails } = rest;
  return {
    id,
    lane,
    exists: 'a scheduled canary',
    threshold: [],
    fires: () => [{ when: fails, changes: ofCanary(check, 0) }],
    quiet: () => [
      { when: 'the check is not tried', changes: ofCanary(check) },
      { when: otherFails, changes: ofCanary(other, 0) },
    ],
  };
}

const HTTP_CASES: readonly AlarmCase[] = [
  {
    id: 'http-errors',
    lane: 'http',
    exists: 'always',
    threshold: ['errorPercent', 'leastRequests', 'leastErrors'],
    fires: () => errorScenarios(HTTP, true).fires,
    quiet: () => errorScenarios(HTTP, true).quiet,
  },
  {
    id: 'http-latency',
    lane: 'http',
    exists: 'always',
    threshold: ['httpLatency', 'leastRequests'],
    fires: () => [
      { when: '2 percent of 1,200 requests take 1.1 s', changes: slow(1200, 24, 1.1) },
      { when: 'all of 51 requests take 1.1 s', changes: slow(51, 51, 1.1) },
    ],
    quiet: () => [
      { when: '2 percent of 1,200 requests take 1 s', changes: slow(1200, 24, httpLatency.toSeconds()) },
      { when: '0.5 percent of 1,200 requests take 30 s', changes: slow(1200, 6, 30) },
      { when: 'all of 50 requests take 30 s', changes: slow(50, 50, 30) },
    ],
  },
  {
    id: 'http-hosts',
    lane: 'http',
    exists: 'Fargate',
    threshold: ['minimum of tasks'],
    fires: ({ httpTasks }) => hostScenarios(HTTP, httpTasks?.least ?? 0).fires,
    quiet: ({ httpTasks }) => hostScenarios(HTTP, httpTasks?.least ?? 0).quiet,
    firesWithoutData: true,
  },
  {
    id: 'http-saturation',
    lane: 'http',
    exists: 'Fargate',
    appliesTo: ({ httpTasks }) => httpTasks !== undefined,
    threshold: ['maximum of tasks', 'cpuPercent'],
    fires: ({ httpTasks }) => saturationScenarios(HTTP, httpTasks?.most ?? 0).fires,
    quiet: ({ httpTasks }) => saturationScenarios(HTTP, httpTasks?.most ?? 0).quiet,
  },
  {
    id: 'http-saturation',
    lane: 'http',
    exists: 'Lambda',
    appliesTo: ({ httpTasks }) => httpTasks === undefined,
    threshold: ['reserved concurrency', 'concurrencyPercent'],
    fires: ({ reservedConcurrencyOfHttp: reserved = 0 }) => [
      { when: '91 percent of the reserved concurrency is used', changes: concurrency(1, reserved * 0.91) },
    ],
    quiet: ({ reservedConcurrencyOfHttp: reserved = 0 }) => [
      { when: '90 percent of the reserved concurrency is used', changes: concurrency(1, reserved * 0.9) },
    ],
  },
  ...ofFunctions('http-function', HTTP, { lane: 'http', exists: 'Lambda' }),
  ofCheck('http', {
    id: 'http-canary',
    lane: 'http',
    fails: 'the canary gets no answer from the HTTP lane',
    other: 'webSocket',
    otherFails: 'the WebSocket lane is cut',
  }),
];

function slow(count: number, bad: number, seconds: number): Change[] {
  return [change('AWS/ApplicationELB TargetResponseTime', HTTP, ...mixed(count, bad, seconds, 0.05))];
}

function concurrency(...values: readonly number[]): Change[] {
  return [change('AWS/Lambda ConcurrentExecutions', HTTP, ...values)];
}

const WEBSOCKET_CASES: readonly AlarmCase[] = [
  {
    id: 'websocket-errors',
    lane: 'websocket',
    exists: API,
    appliesTo: (facts) => !hasServers(facts),
    threshold: ['executionErrorShare'],
    fires: () => [{ when: '6 of 100 frames fail', changes: ofApi('ExecutionError', ...mixed(100, 6)) }],
    quiet: () => [
      { when: '5 of 100 frames fail', changes: ofApi('ExecutionError', ...mixed(100, 5)) },
      { when: '60 of 1,200 frames fail', changes: ofApi('ExecutionError', ...mixed(1200, 60)) },
      { when: 'functions refuse half of 100 handshakes', changes: ofApi('IntegrationError', ...mixed(100, 50)) },
    ],
  },
  {
    id: 'websocket-errors',
    lane: 'websocket',
    exists: 'servers with a load balancer of their own',
    appliesTo: (facts) => hasServers(facts) && !facts.sharesLoadBalancer,
    threshold: ['errorPercent', 'leastRequests', 'leastErrors'],
    fires: () => errorScenarios(WEBSOCKET, true).fires,
    quiet: () => errorScenarios(WEBSOCKET, true).quiet,
  },
  {
    id: 'websocket-errors',
    lane: 'websocket',
    exists: 'servers with a shared load balancer',
    appliesTo: ({ sharesLoadBalancer }) => sharesLoadBalancer,
    threshold: ['errorPercent', 'leastRequests', 'leastErrors'],
    fires: () => errorScenarios(WEBSOCKET, false).fires,
    quiet: () => [
      ...errorScenarios(WEBSOCKET, false).quiet,
      { when: 'requests to the HTTP lane fail', changes: requests(HTTP, 1000, 500) },
      { when: 'the load balancer answers 500 requests with 5xx', changes: requests(HTTP, 500, 500, false) },
    ],
  },
  {
    id: 'websocket-latency',
    lane: 'websocket',
    exists: API,
    threshold: ['integrationLatency', 'leastRequests'],
    fires: () => [
      {
        when: '11 percent of 100 frames take 2,001 ms',
        changes: ofApi('IntegrationLatency', ...mixed(100, 11, 2001, 30)),
      },
    ],
    quiet: () => [
      {
        when: '11 percent of 100 frames take 2,000 ms',
        changes: ofApi('IntegrationLatency', ...mixed(100, 11, integrationLatency.toMilliseconds(), 30)),
      },
      { when: '9 percent of 100 frames take 10 s', changes: ofApi('IntegrationLatency', ...mixed(100, 9, 10_000, 30)) },
      { when: 'all of 50 frames take 10 s', changes: ofApi('IntegrationLatency', ...times(50, 10_000)) },
    ],
  },
  {
    id: 'websocket-failures',
    lane: 'websocket',
    exists: 'an API or servers of this repository',
    appliesTo: ({ delivers }) => delivers,
    threshold: ['failures'],
    fires: () => [
      { when: '6 frames are answered with an internal error', changes: failures({ internal: 6, unavailable: 0 }) },
      { when: '6 handshakes are answered with unavailable', changes: failures({ unavailable: 6, internal: 0 }) },
      {
        when: '3 frames get an internal error, and 3 get unavailable',
        changes: failures({ internal: 3, unavailable: 3 }),
      },
    ],
    quiet: () => [
      { when: '5 frames are answered with an internal error', changes: failures({ internal: 5, unavailable: 0 }) },
      {
        when: '1,000 frames exceed the rate limit, and 1,000 handshakes have no valid ticket',
        changes: failures({ rate_limited: 1000, unauthorized: 1000 }),
      },
    ],
  },
  ...ofFunctions('websocket-function', WEBSOCKET, { lane: 'websocket', exists: API }),
  {
    id: 'websocket-throttled',
    lane: 'websocket',
    exists: API,
    threshold: ['clientErrorShare', 'leastRequests'],
    fires: () => [{ when: '6 of 100 frames are refused', changes: ofApi('ClientError', ...mixed(100, 6)) }],
    quiet: () => [
      { when: '5 of 100 frames are refused', changes: ofApi('ClientError', ...mixed(100, 5)) },
      { when: 'all of 50 handshakes are refused', changes: ofApi('ClientError', ...times(50, 1)) },
    ],
  },
  {
    id: 'websocket-connects',
    lane: 'websocket',
    exists: API,
    threshold: ['connectsPerSecond'],
    fires: () => [
      {
        when: '21,001 clients connect in a minute',
        changes: ofApi('ConnectCount', ...times(60 * connectsPerSecond + 1, 1)),
      },
    ],
    quiet: () => [
      {
        when: '21,000 clients connect in a minute',
        changes: ofApi('ConnectCount', ...times(60 * connectsPerSecond, 1)),
      },
    ],
  },
  {
    id: 'websocket-hosts',
    lane: 'websocket',
    exists: SERVERS,
    threshold: ['minimum of tasks'],
    fires: ({ webSocketTasks }) => hostScenarios(WEBSOCKET, webSocketTasks?.least ?? 0).fires,
    quiet: ({ webSocketTasks }) => hostScenarios(WEBSOCKET, webSocketTasks?.least ?? 0).quiet,
    firesWithoutData: true,
  },
  {
    id: 'websocket-saturation',
    lane: 'websocket',
    exists: SERVERS,
    threshold: ['maximum of tasks', 'cpuPercent', 'connectionsPercent'],
    fires: ({ webSocketTasks, delivers }) => [
      ...saturationScenarios(WEBSOCKET, webSocketTasks?.most ?? 0).fires,
      // A server of another image publishes no number of connections.
      ...(delivers
        ? [
            {
              when: 'one task has 4,501 connections, and others have 1,000',
              changes: openConnections(1000, CONNECTIONS_PER_TASK * 0.9 + 1, 1000),
            },
          ]
        : []),
    ],
    quiet: ({ webSocketTasks }) => [
      ...saturationScenarios(WEBSOCKET, webSocketTasks?.most ?? 0).quiet,
      { when: 'all tasks have 4,500 connections', changes: openConnections(...times(6, CONNECTIONS_PER_TASK * 0.9)) },
    ],
  },
  ofTable('connection-table-throttles', /ConnectionTable/, { lane: 'websocket', exists: 'always' }),
  ofCheck('webSocket', {
    id: 'websocket-canary',
    lane: 'websocket',
    fails: 'the canary gets no answer to its handshake',
    other: 'http',
    otherFails: 'the HTTP lane is cut',
  }),
];

const DELIVERY = 'delivery';
const dispatch = (...values: readonly number[]) => [change('AWS/Lambda IteratorAge', /DispatchFunction/, ...values)];
const queueAge = (...values: readonly number[]) => [
  change('AWS/SQS ApproximateAgeOfOldestMessage', /DeliveryQueue/, ...values),
];
const posts = (posted: number, left: number) => [
  change('Twinlane Posts', /Function/, ...(posted > 0 ? [posted] : [])),
  change('Twinlane Left', /Function/, left),
];
const pushed = (...values: readonly number[]) => [change('Twinlane PushLatency', /Function/, ...values)];
const gaps = (...values: readonly number[]) => [change('Twinlane Gaps', HTTP, ...values)];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const LOG_CASES: readonly AlarmCase[] = [
  ofTable('log-throttles', /MessageLogTable/, { lane: 'log', exists: 'always' }),
  {
    id: 'delivery-age',
    lane: 'log',
    exists: DELIVERY,
    threshold: ['deliveryAge'],
    fires: () => [
      { when: 'one of two batches is older than 1 minute', changes: dispatch(100, MINUTE + 1) },
      { when: 'a batch every 2 minutes is older than 1 minute', changes: dispatch(MINUTE + 1).map(everyFew(2)) },
    ],
    quiet: () => [{ when: 'the oldest batch has an age of 1 minute', changes: dispatch(100, MINUTE) }],
  },
  {
    id: 'delivery-queue-age',
    lane: 'log',
    exists: DELIVERY,
    threshold: ['deliveryAge'],
    fires: () => [{ when: 'an entry of the queue has an age of 61 s', changes: queueAge(1, 61) }],
    quiet: () => [{ when: 'an entry of the queue has an age of 60 s', changes: queueAge(1, 60) }],
  },
  {
    id: 'delivery-expiring',
    lane: 'log',
    exists: DELIVERY,
    notifiesItself: true,
    threshold: ['expiringAge'],
    fires: () => [
      { when: 'a batch is older than 12 hours', changes: dispatch(100, 12 * HOUR + 1) },
      { when: 'a batch every 4 minutes is older than 12 hours', changes: dispatch(12 * HOUR + 1).map(everyFew(4)) },
    ],
    quiet: () => [{ when: 'the oldest batch has an age of 12 hours', changes: dispatch(100, 12 * HOUR) }],
  },
  {
    id: 'delivery-latency',
    lane: 'log',
    exists: DELIVERY,
    threshold: ['pushLatency', 'leastRequests'],
    fires: () => [{ when: '11 percent of 100 messages take 5,001 ms', changes: pushed(...mixed(100, 11, 5001, 700)) }],
    quiet: () => [
      {
        when: '11 percent of 100 messages take 5,000 ms',
        changes: pushed(...mixed(100, 11, pushLatency.toMilliseconds(), 700)),
      },
      { when: '9 percent of 100 messages take 60 s', changes: pushed(...mixed(100, 9, MINUTE, 700)) },
      { when: 'all of 50 messages take 60 s', changes: pushed(...times(50, MINUTE)) },
    ],
  },
  {
    id: 'delivery-busy',
    lane: 'log',
    exists: DELIVERY,
    threshold: ['busyPercent', 'leastRequests'],
    fires: () => [
      { when: '11 of 100 posts must be repeated', changes: posts(89, 11) },
      { when: 'all of 51 posts must be repeated', changes: posts(0, 51) },
    ],
    quiet: () => [
      { when: '10 of 100 posts must be repeated', changes: posts(90, 10) },
      { when: 'all of 50 posts must be repeated', changes: posts(0, 50) },
    ],
  },
  ...ofFunctions('delivery', /Delivery|Revocation/, { lane: 'log', exists: DELIVERY }),
  {
    id: 'dead-letters',
    lane: 'log',
    exists: DELIVERY,
    notifiesItself: true,
    threshold: [],
    fires: ({ deadLetterQueues }) =>
      deadLetterQueues.map((id) => ({
        when: 'one of the dead-letter queues has one entry',
        changes: [change('AWS/SQS ApproximateNumberOfMessagesVisible', new RegExp(`^${id}$`), 1)],
      })),
    quiet: () => [
      {
        when: 'other queues have 100,000 entries',
        changes: [change('AWS/SQS ApproximateNumberOfMessagesVisible', /(Hint|Delivery)Queue/, 100_000)],
      },
    ],
  },
  {
    id: 'gaps',
    lane: 'log',
    exists: 'an HTTP lane',
    threshold: ['gapShare', 'leastRequests'],
    fires: () => [{ when: '6 of 100 pages of history have a gap', changes: gaps(...mixed(100, 6)) }],
    quiet: () => [
      { when: '5 of 100 pages of history have a gap', changes: gaps(...mixed(100, 5)) },
      { when: 'all of 50 pages of history have a gap', changes: gaps(...times(50, 1)) },
    ],
  },
  ofCheck('delivery', {
    id: 'delivery-canary',
    lane: 'log',
    fails: 'a message of the canary does not arrive',
    other: 'signIn',
    otherFails: 'the canary cannot sign in',
  }),
];

function ofCertificate(id: string, of: RegExp, exists: string): AlarmCase {
  const days = (count: number) => [change('AWS/CertificateManager DaysToExpiry', of, count)];
  return {
    id,
    lane: 'shared',
    exists,
    notifiesItself: true,
    threshold: ['certificateDays'],
    fires: () => [{ when: 'the certificate expires in 30 days', changes: days(certificateDays) }],
    quiet: () => [{ when: 'the certificate expires in 31 days', changes: days(certificateDays + 1) }],
    staysWithoutData: true,
  };
}

/** Time without a run. The first one after a deployment counts, too: the alarm fires until the canary has run, and could sign in. */
const NO_RUN = 'the canary does not run, as before its first run after a deployment';

const SHARED_CASES: readonly AlarmCase[] = [
  {
    id: 'canary',
    lane: 'shared',
    exists: 'a scheduled canary',
    appliesTo: ({ canary }) => canary === 'scheduled',
    notifiesItself: true,
    threshold: [],
    fires: () => [
      { when: 'the canary cannot sign in', changes: ofCanary('signIn', 0) },
      { when: NO_RUN, changes: ofCanary('signIn') },
    ],
    quiet: () => [
      {
        when: 'all other checks fail',
        changes: [...ofCanary('http', 0), ...ofCanary('webSocket', 0), ...ofCanary('delivery', 0)],
      },
    ],
    firesWithoutData: true,
  },
  {
    id: 'canary',
    lane: 'shared',
    exists: 'a canary of CloudWatch Synthetics',
    appliesTo: ({ canary }) => canary === 'synthetics',
    notifiesItself: true,
    threshold: [],
    fires: () => [
      { when: 'a check of the canary fails', changes: ofSynthetics(0) },
      { when: NO_RUN, changes: ofSynthetics() },
    ],
    quiet: () => [{ when: 'all checks pass', changes: ofSynthetics(100) }],
    firesWithoutData: true,
  },
  ofTable('admission-table-throttles', /AdmissionTable/, { lane: 'shared', exists: 'an admission table' }),
  ofCertificate('certificate', /certificate/i, 'one certificate for both hosts'),
  ofCertificate('certificate-http', /ApiCertificate/, 'two certificates'),
  ofCertificate('certificate-websocket', /WsCertificate/, 'two certificates'),
  ofCertificate('certificate-gateway', /Gateway/, 'CloudFront with a certificate of its own, in us-east-1'),
  {
    id: 'gateway-errors',
    lane: 'shared',
    exists: 'CloudFront, in us-east-1',
    threshold: ['errorPercent'],
    fires: () => [
      { when: '1.1 percent of the requests fail', changes: [change('AWS/CloudFront 5xxErrorRate', /Gateway/, 1.1)] },
    ],
    quiet: () => [
      { when: '1 percent of the requests fail', changes: [change('AWS/CloudFront 5xxErrorRate', /Gateway/, 1)] },
    ],
  },
  {
    id: 'account-concurrency',
    lane: 'shared',
    exists: '`accountAlarms`',
    threshold: ['concurrencyPercent'],
    fires: () => [
      {
        when: '901 of a quota of 1,000 concurrent executions are claimed',
        changes: [change('AWS/Lambda ClaimedAccountConcurrency', /^account$/, 100, 901)],
      },
    ],
    quiet: () => [
      {
        when: '900 of a quota of 1,000 concurrent executions are claimed',
        changes: [change('AWS/Lambda ClaimedAccountConcurrency', /^account$/, 100, 900)],
      },
    ],
  },
  {
    id: 'account-vcpus',
    lane: 'shared',
    exists: '`accountAlarms`, with tasks',
    threshold: ['concurrencyPercent'],
    fires: () => [
      {
        when: '901 of a quota of 1,000 vCPUs are used',
        changes: [change('AWS/Usage ResourceCount', /^account$/, 901)],
      },
    ],
    quiet: () => [
      {
        when: '900 of a quota of 1,000 vCPUs are used',
        changes: [change('AWS/Usage ResourceCount', /^account$/, 900)],
      },
    ],
  },
];

/** Cases of all alarms. */
export const CASES: readonly AlarmCase[] = [...HTTP_CASES, ...WEBSOCKET_CASES, ...LOG_CASES, ...SHARED_CASES];

/** @returns the case of an alarm in a stack. Throws if there is none, or several */
export function caseOf(id: string, facts: Facts): AlarmCase {
  const kind = kindOf(id);
  const [found, ...others] = CASES.filter((each) => each.id === kind && (each.appliesTo?.(facts) ?? true));
  if (!found || others.length > 0) {
    throw new Error(`test/stack/alarms/cases.ts must have one case for ${id}, has ${found ? others.length + 1 : 0}`);
  }
  return found;
}

/** @returns the id without the number of a further alarm of the same kind: `websocket-function-errors-2` */
export function kindOf(id: string): string {
  return id.replace(/-\d+$/, '');
}
