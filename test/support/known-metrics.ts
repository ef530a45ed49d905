import { CANARY_METRICS } from '../../lambda/canary/canary-metrics';
import { METRIC_NAMESPACE, METRICS } from '../../lambda/metrics';

/** Names of the dimensions with which a metric exists. An empty list is a metric without dimensions. */
type Dimensions = readonly (readonly string[])[];

const LOAD_BALANCER: Dimensions = [['LoadBalancer'], ['AvailabilityZone', 'LoadBalancer']];
const TARGET_GROUP: Dimensions = [
  ['LoadBalancer', 'TargetGroup'],
  ['AvailabilityZone', 'LoadBalancer', 'TargetGroup'],
];
const STAGE: Dimensions = [['ApiId'], ['ApiId', 'Stage']];
const SERVICE: Dimensions = [['ClusterName', 'ServiceName']];
const FUNCTION: Dimensions = [['FunctionName'], ['FunctionName', 'Resource']];
const TABLE: Dimensions = [['TableName']];
const QUEUE: Dimensions = [['QueueName']];
const DISTRIBUTION: Dimensions = [['DistributionId', 'Region']];

/**
 * Metrics that exist, with the names of their dimensions in alphabetical order. An alarm on another one has no data and never
 * fires, and a graph of it is empty. Those of AWS are the ones that this app uses, from their documentation:
 *
 * - https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
 * - https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 * - https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
 * - https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * - https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 * - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * - https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html
 * - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
 * - https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html
 * - https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_metrics.html
 */
const KNOWN_METRICS: Readonly<Record<string, Readonly<Record<string, Dimensions>>>> = {
  'AWS/ApiGateway': {
    ConnectCount: STAGE,
    MessageCount: STAGE,
    IntegrationError: STAGE,
    ClientError: STAGE,
    ExecutionError: STAGE,
    IntegrationLatency: STAGE,
  },
  'AWS/ApplicationELB': {
    RequestCount: [...LOAD_BALANCER, ...TARGET_GROUP],
    HTTPCode_ELB_5XX_Count: LOAD_BALANCER,
    HTTPCode_Target_5XX_Count: [...LOAD_BALANCER, ...TARGET_GROUP],
    TargetResponseTime: [...LOAD_BALANCER, ...TARGET_GROUP],
    HealthyHostCount: TARGET_GROUP,
    UnHealthyHostCount: TARGET_GROUP,
    RejectedConnectionCount: LOAD_BALANCER,
    ActiveConnectionCount: LOAD_BALANCER,
    NewConnectionCount: LOAD_BALANCER,
    ConsumedLCUs: [['LoadBalancer']],
  },
  'AWS/ECS': {
    CPUUtilization: SERVICE,
    MemoryUtilization: SERVICE,
  },
  'AWS/Lambda': {
    Invocations: FUNCTION,
    Errors: FUNCTION,
    Throttles: FUNCTION,
    Duration: FUNCTION,
    IteratorAge: FUNCTION,
    ConcurrentExecutions: [...FUNCTION, []],
    ClaimedAccountConcurrency: [[]],
  },
  'AWS/DynamoDB': {
    ReadThrottleEvents: TABLE,
    WriteThrottleEvents: TABLE,
    ConsumedReadCapacityUnits: TABLE,
    ConsumedWriteCapacityUnits: TABLE,
  },
  'AWS/SQS': {
    ApproximateAgeOfOldestMessage: QUEUE,
    ApproximateNumberOfMessagesVisible: QUEUE,
  },
  'AWS/CertificateManager': {
    DaysToExpiry: [['CertificateArn']],
  },
  'AWS/CloudFront': {
    Requests: DISTRIBUTION,
    BytesDownloaded: DISTRIBUTION,
    '4xxErrorRate': DISTRIBUTION,
    '5xxErrorRate': DISTRIBUTION,
  },
  'AWS/Usage': {
    ResourceCount: [['Class', 'Resource', 'Service', 'Type']],
  },
  CloudWatchSynthetics: {
    SuccessPercent: [['CanaryName']],
  },
  [METRIC_NAMESPACE]: {
    ...Object.fromEntries(
      Object.keys(METRICS).map((name) => [name, name === 'Refused' ? [['Lane', 'Reason']] : [['Lane']]]),
    ),
    ...Object.fromEntries(
      Object.values(CANARY_METRICS).flatMap((names) => Object.values(names).map((name) => [name, [['Canary']]])),
    ),
  },
};

/** @returns the problem of a metric that does not exist; undefined for one that does */
export function unknownMetric(namespace: string, name: string, dimensions: readonly string[]): string | undefined {
  const metrics = KNOWN_METRICS[namespace];
  const known = metrics && Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  const sorted = JSON.stringify([...dimensions].sort());
  if (!known) {
    return `${namespace} ${name} is no known metric`;
  }
  return known.some((each) => JSON.stringify(each) === sorted)
    ? undefined
    : `${namespace} ${name} does not have the dimensions ${sorted}`;
}
