import type { CanaryReport } from '../../../lambda/canary/canary';
import { metricLineOf } from '../../../lambda/canary/report-lines';
import { Environment } from '../../../lambda/environment';
import { METRIC_NAMESPACE, type MetricName, REFUSAL_REASONS } from '../../../lambda/metrics';
import { concrete, type Resource, type Resources } from './concrete';
import type { Metric } from './metric-alarm';

/** Metric that AWS or code of the lanes publishes, with its values in each minute of normal traffic. */
export interface Published extends Metric {
  /** Logical id of the resource that the metric is about. `account` for one of the account. */
  readonly owner: string;

  readonly normal: readonly number[];

  /** Minutes between two publications. @default 1 */
  readonly every?: number;
}

/** Requests and frames in a minute of normal traffic. */
const NORMAL_RATE = 1200;

/** Region in which CloudFront publishes its metrics. */
const REGION_OF_CLOUDFRONT = 'us-east-1';

type Dimensions = Readonly<Record<string, string>>;

/** Metrics by name, with normal values. AWS publishes no value of a metric whose normal values are empty while there is nothing to count. */
type Values = Readonly<Record<string, readonly number[]>>;

const times = (count: number, value: number) => Array.from({ length: count }, () => value);

const REQUESTS: Values = {
  RequestCount: [NORMAL_RATE],
  HTTPCode_Target_5XX_Count: [],
  TargetResponseTime: times(NORMAL_RATE, 0.05),
};

/**
 * Lists the metrics of the resources of a template. So an alarm with a wrong name, dimension or resource finds no data.
 *
 * Sources: the pages of AWS's documentation in test/support/known-metrics.ts.
 */
export function publishedBy(resources: Resources, region = 'us-east-1'): Published[] {
  return [
    ...Object.entries(resources).flatMap(([id, resource]) => ofResource(id, resource, resources, region)),
    ...ofCertificates(resources),
    ...ofImportedLog(resources),
    ...metrics('account', 'AWS/Lambda', {}, { ConcurrentExecutions: [100], ClaimedAccountConcurrency: [100] }),
    ...metrics('account', 'AWS/Usage', VCPUS, { ResourceCount: [4] }),
  ];
}

const VCPUS: Dimensions = { Type: 'Resource', Resource: 'vCPU', Service: 'Fargate', Class: 'Standard/OnDemand' };

function metrics(owner: string, namespace: string, dimensions: Dimensions, values: Values): Published[] {
  return Object.entries(values).map(([name, normal]) => ({ owner, namespace, name, dimensions, normal }));
}

function ofResource(id: string, resource: Resource, resources: Resources, region: string): Published[] {
  const { Type, Properties = {} } = resource;
  const text = (value: unknown) => `${concrete(value, resources)}`;
  switch (Type) {
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return metrics(
        id,
        'AWS/ApplicationELB',
        { LoadBalancer: `app/${id}/0` },
        { ...REQUESTS, HTTPCode_ELB_5XX_Count: [] },
      );
    case 'AWS::ElasticLoadBalancingV2::TargetGroup': {
      const dimensions = { TargetGroup: `targetgroup/${id}/0`, LoadBalancer: `app/${balancerOf(id, resources)}/0` };
      // A target group with a function has no hosts.
      const hosts: Values =
        Properties.TargetType === 'lambda' ? {} : { HealthyHostCount: [3, 3], UnHealthyHostCount: [0, 0] };
      return metrics(id, 'AWS/ApplicationELB', dimensions, { ...REQUESTS, ...hosts });
    }
    case 'AWS::ECS::Service': {
      const dimensions = { ClusterName: text(Properties.Cluster), ServiceName: `${id}.Name` };
      return [
        ...metrics(id, 'AWS/ECS', dimensions, { CPUUtilization: [30, 40], MemoryUtilization: [30, 40] }),
        ...ofCode(id, laneOfTasks(Properties, resources)),
      ];
    }
    case 'AWS::Lambda::Function':
      return [
        ...metrics(id, 'AWS/Lambda', { FunctionName: id }, ofFunction(id, resources)),
        ...ofCode(id, Properties.Environment?.Variables?.METRIC_LANE),
        ...ofScheduledCanary(id, resource, resources),
      ];
    case 'AWS::Lambda::Alias': {
      const FunctionName = text(Properties.FunctionName);
      const dimensions = { FunctionName, Resource: `${FunctionName}:${text(Properties.Name)}` };
      return metrics(id, 'AWS/Lambda', dimensions, ofFunction(FunctionName, resources));
    }
    case 'AWS::Synthetics::Canary':
      return every(
        minutesOf(Properties.Schedule.Expression),
        metrics(id, 'CloudWatchSynthetics', { CanaryName: id }, { SuccessPercent: [100] }),
      );
    case 'AWS::ApiGatewayV2::Stage':
      return metrics(
        id,
        'AWS/ApiGateway',
        { ApiId: text(Properties.ApiId), Stage: text(Properties.StageName) },
        {
          ConnectCount: times(60, 1),
          MessageCount: times(NORMAL_RATE, 1),
          ClientError: times(100, 0),
          ExecutionError: times(100, 0),
          IntegrationError: times(100, 0),
          IntegrationLatency: times(NORMAL_RATE, 30),
        },
      );
    case 'AWS::DynamoDB::Table':
      return ofTable(id, id);
    case 'AWS::SQS::Queue':
      return metrics(
        id,
        'AWS/SQS',
        { QueueName: `${id}.QueueName` },
        {
          ApproximateAgeOfOldestMessage: [/DeadLetters/.test(id) ? 0 : 1],
          ApproximateNumberOfMessagesVisible: [/DeadLetters/.test(id) ? 0 : 5],
        },
      );
    case 'AWS::CloudFront::Distribution':
      return region === REGION_OF_CLOUDFRONT
        ? metrics(id, 'AWS/CloudFront', { DistributionId: id, Region: 'Global' }, { '5xxErrorRate': [0] })
        : [];
    default:
      return [];
  }
}

const PASSED = { outcome: 'passed' } as const;

/** A run of the canary in which every check passes. */
const GOOD_RUN: CanaryReport = {
  checks: { signIn: PASSED, http: PASSED, webSocket: PASSED, delivery: PASSED },
  measurements: {
    firstRequest: 80,
    secondRequest: 20,
    firstRequestRatio: 4,
    besideSocketsRatio: 1,
    publishToPush: 600,
  },
};

/** Metrics that the function of a canary, which a rule of the template invokes, writes for a good run. */
function ofScheduledCanary(id: string, { Properties }: Resource, resources: Resources): Published[] {
  const name: unknown = Properties.Environment?.Variables?.[Environment.CANARY_NAME];
  const rule = Object.values(resources).find(
    ({ Type, Properties: { Targets = [] } = {} }) =>
      Type === 'AWS::Events::Rule' &&
      Targets.some(({ Arn }: { Arn: unknown }) => concrete(Arn, resources) === `${id}.Arn`),
  );
  if (name === undefined || !rule) {
    return [];
  }
  const written = writtenMetrics(id, metricLineOf(GOOD_RUN, `${concrete(name, resources)}`, 0));
  return every(minutesOf(rule.Properties.ScheduleExpression), written);
}

/** Metrics that CloudWatch Logs extracts from a line in the embedded metric format. */
function writtenMetrics(owner: string, line: string): Published[] {
  const { _aws, ...members } = JSON.parse(line) as {
    _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    [member: string]: unknown;
  };
  return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(members[name])]));
      const values = Object.fromEntries(Metrics.map(({ Name }) => [Name, [Number(members[Name])]]));
      return metrics(owner, Namespace, dimensions, values);
    }),
  );
}

function every(minutes: number, all: readonly Published[]): Published[] {
  return all.map((each) => ({ ...each, every: minutes }));
}

/** @returns 5 for `rate(5 minutes)`. Throws for another schedule */
function minutesOf(schedule: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour)s?\)$/.exec(schedule) ?? [];
  if (!count) {
    throw new Error(`no rate: ${schedule}`);
  }
  return Number(count) * (unit === 'hour' ? 60 : 1);
}

function ofTable(owner: string, TableName: string): Published[] {
  return metrics(owner, 'AWS/DynamoDB', { TableName }, { ReadThrottleEvents: [], WriteThrottleEvents: [] });
}

/** Metrics of the table of another stack's message log, whose name functions have in their environment. */
function ofImportedLog(resources: Resources): Published[] {
  const names = Object.values(resources)
    .map(({ Properties }) => Properties?.Environment?.Variables?.[Environment.MESSAGE_LOG_TABLE])
    .filter((name) => typeof name === 'string');
  return [...new Set(names)].flatMap((name) => ofTable(`MessageLogTable of another stack: ${name}`, name));
}

/** Metrics of certificates that the template uses in its Region. ACM publishes once a day. */
function ofCertificates(resources: Resources): Published[] {
  const used = Object.values(resources).flatMap(({ Type, Properties = {} }) => {
    switch (Type) {
      case 'AWS::ElasticLoadBalancingV2::Listener':
      case 'AWS::ElasticLoadBalancingV2::ListenerCertificate':
        return (Properties.Certificates ?? []).map((each: { CertificateArn: unknown }) => each.CertificateArn);
      case 'AWS::ApiGatewayV2::DomainName':
        return Properties.DomainNameConfigurations.map((each: { CertificateArn: unknown }) => each.CertificateArn);
      case 'AWS::CloudFront::Distribution':
        return [Properties.DistributionConfig.ViewerCertificate?.AcmCertificateArn];
      default:
        return [];
    }
  });
  const arns = new Set(used.filter((arn) => arn !== undefined).map((arn) => `${concrete(arn, resources)}`));
  return [...arns].map((CertificateArn) => ({
    owner: CertificateArn,
    namespace: 'AWS/CertificateManager',
    name: 'DaysToExpiry',
    dimensions: { CertificateArn },
    normal: [200],
    every: 24 * 60,
  }));
}

function ofFunction(id: string, resources: Resources): Values {
  const hasStream = Object.values(resources).some(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::EventSourceMapping' &&
      concrete(Properties.FunctionName, resources) === id &&
      `${concrete(Properties.EventSourceArn, resources)}`.endsWith('.StreamArn'),
  );
  return {
    Invocations: times(60, 1),
    Errors: times(60, 0),
    Throttles: times(60, 0),
    Duration: times(60, 20),
    ConcurrentExecutions: [1, 2],
    ...(hasStream && { IteratorAge: [100, 300] }),
  };
}

/** Own metrics that a process publishes, by the logical id of its function or service. */
const CODE: readonly { readonly process: RegExp; readonly names: readonly MetricName[] }[] = [
  { process: /HttpLane/, names: ['Gaps', 'Refused'] },
  { process: /WebSocketLane.*(Connect|Message|Route)\w*Function/, names: ['Refused'] },
  { process: /WebSocketLane.*Service/, names: ['Refused', 'OpenConnections'] },
  { process: /Delivery(Push|Deliver)Function/, names: ['PushLatency', 'Posts', 'Left', 'Gone'] },
  { process: /DeliveryDispatchFunction/, names: ['FanOut'] },
];

const NORMAL_VALUES: Readonly<Record<MetricName, readonly number[]>> = {
  OpenConnections: [1000, 1000, 1000],
  PushLatency: times(NORMAL_RATE, 700),
  Posts: times(60, 20),
  Left: [],
  Gone: [1],
  FanOut: times(60, 1),
  Gaps: times(100, 0),
  Refused: [1],
};

/** @param lane - value of the environment variable METRIC_LANE of the process, without which it publishes nothing */
function ofCode(owner: string, lane: string | undefined): Published[] {
  return CODE.filter(({ process }) => lane !== undefined && process.test(owner))
    .flatMap(({ names }) => names)
    .flatMap((name) => {
      const of = (dimensions: Dimensions) => ({
        owner,
        namespace: METRIC_NAMESPACE,
        name,
        dimensions,
        normal: NORMAL_VALUES[name],
      });
      const Lane = `${lane}`;
      return name === 'Refused' ? REFUSAL_REASONS.map((Reason) => of({ Lane, Reason })) : [of({ Lane })];
    });
}

function laneOfTasks(service: { TaskDefinition: unknown }, resources: Resources): string | undefined {
  const task = resources[`${concrete(service.TaskDefinition, resources)}`];
  const containers: { Environment?: { Name: string; Value: string }[] }[] = task?.Properties.ContainerDefinitions ?? [];
  return containers.flatMap(({ Environment = [] }) => Environment).find(({ Name }) => Name === 'METRIC_LANE')?.Value;
}

/** @returns the logical id of the load balancer that forwards to a target group. Throws if there is none */
function balancerOf(targetGroup: string, resources: Resources): string {
  const arn = referenceOf(targetGroup);
  for (const { Type, Properties } of Object.values(resources)) {
    const forwards = (actions: unknown) => JSON.stringify(actions ?? []).includes(arn);
    if (Type === 'AWS::ElasticLoadBalancingV2::Listener' && forwards(Properties.DefaultActions)) {
      return Properties.LoadBalancerArn.Ref;
    }
    if (Type === 'AWS::ElasticLoadBalancingV2::ListenerRule' && forwards(Properties.Actions)) {
      return resources[Properties.ListenerArn.Ref]?.Properties.LoadBalancerArn.Ref;
    }
  }
  throw new Error(`no listener forwards to ${targetGroup}`);
}

function referenceOf(id: string): string {
  return JSON.stringify({ Ref: id });
}
