import { fact, type Fact } from './facts';

/** Sizes and counts that only a bill needs. The other numbers of a load are in facts.ts. */
export const Billed = {
  itemBytes: fact(
    400,
    'bytes',
    'unverified',
    'DynamoDB: a stored message and its id, without the data: names, keys, position, fingerprint, and 100 bytes of each item',
  ),
  connectionBytes: fact(1500, 'bytes', 'unverified', 'DynamoDB: rows of an open connection with one subscription'),
  queuePollers: fact(5, 'pollers', 'unverified', 'Lambda: pollers of a queue without messages'),
  pollSeconds: fact(20, 's', 'unverified', 'Lambda: wait of a poller for messages; each poll is a request of SQS'),
  invocationLogBytes: fact(
    350,
    'bytes',
    'unverified',
    'CloudWatch Logs: START, END and REPORT of an invocation, with 26 bytes for each line',
  ),
  lineBytes: fact(150, 'bytes', 'unverified', 'CloudWatch Logs: a line of the code: a request, a push, a delivery'),
  metricsLineBytes: fact(
    600,
    'bytes',
    'unverified',
    'CloudWatch Logs: a line with the metrics of an invocation or a task',
  ),
  accessLogBytes: fact(
    350,
    'bytes',
    'unverified',
    'CloudWatch Logs: a line of the access log of an API, for a handshake, a frame or a disconnection',
  ),
  flowRecordBytes: fact(136, 'bytes', 'unverified', 'CloudWatch Logs: a record of the flow log in the default format'),
  flowRecords: fact(
    6,
    'records',
    'unverified',
    'flow log: a connection of a client through a load balancer to a task: both directions at three network interfaces',
  ),
  flowSeconds: fact(600, 's', 'documented', 'vpc flow-logs.html: default of the maximum aggregation interval'),
  logCompression: fact(0.15, 'of a byte', 'unverified', 'CloudWatch Logs: compressed size of a stored byte'),
  tracesPerSecond: fact(1, 'traces/s', 'documented', 'lambda services-xray.html: always traced, of each function'),
  tracedShare: fact(0.05, 'of requests', 'documented', 'the same page: traced of the others'),
  stageMetrics: fact(
    6,
    'metrics',
    'unverified',
    'API Gateway: detailed metrics of a route: connections, messages, three kinds of errors, latency',
  ),
  mappingMetrics: fact(7, 'metrics', 'unverified', 'Lambda: metrics of an event source'),
  scalingAlarms: fact(2, 'alarms', 'unverified', 'Application Auto Scaling: alarms of a target tracking policy'),
  insightsMetrics: fact(
    37,
    'metrics',
    'unverified',
    'Container Insights: ten for each cluster, service and task definition, and seven more, from the list of its metrics',
  ),
  insightsLogBytes: fact(2500, 'bytes', 'unverified', 'Container Insights: events of a task each minute'),
  canarySeconds: fact(
    5,
    's',
    'unverified',
    'canary: duration of a run: sign-in, 42 requests one after another, sockets, and the delivery of a message',
  ),
  canaryFiles: fact(
    4,
    'files',
    'unverified',
    'CloudWatch Synthetics: files that a run writes to the bucket of artifacts',
  ),
  imageGigabytes: fact(0.1, 'GB', 'unverified', 'compressed image of a service in the registry'),
  balancerLogBytes: fact(100, 'bytes', 'unverified', 'S3: a compressed line of the access log of a load balancer'),
  balancerLogSeconds: fact(
    300,
    's',
    'documented',
    'elasticloadbalancing load-balancer-access-logs.html: a file of each load balancer node',
  ),
} satisfies Record<string, Fact>;
