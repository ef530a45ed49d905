/** Quotas and sizes that AWS documents. */

/** Quotas of an account in one Region. A new account can have lower ones: AWS raises them with use. */
export interface Quotas {
  /** vCPUs of running Fargate tasks. Service Quotas: L-3032A538. */
  readonly fargateVcpus: number;
  /** Concurrent executions of all functions. Service Quotas: L-B99A9384. */
  readonly lambdaConcurrency: number;
  /** Requests per second to all APIs, including posts to connections. Service Quotas: L-8A5B8E43. */
  readonly apiGatewayRequestsPerSecond: number;
  /** Burst of requests to all APIs. AWS sets it from the rate; an increase cannot be requested. */
  readonly apiGatewayBurst: number;
}

/**
 * Quotas of an account without increases.
 *
 * - Fargate: https://docs.aws.amazon.com/general/latest/gr/ecs-service.html
 * - Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 * - API Gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export function defaultQuotas(region: string | undefined): Quotas {
  const smaller = region !== undefined && SMALLER_API_GATEWAY_REGIONS.includes(region);
  return {
    fargateVcpus: 6,
    lambdaConcurrency: 1000,
    apiGatewayRequestsPerSecond: smaller ? 2500 : 10_000,
    apiGatewayBurst: smaller ? 1250 : 5000,
  };
}

/** Regions in which API Gateway's default quota is a quarter of the usual one; the page of API Gateway above lists them. */
const SMALLER_API_GATEWAY_REGIONS = [
  'af-south-1',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'mx-central-1',
];

/**
 * Concurrency that must stay unreserved, for functions without reserved concurrency.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export const UNRESERVED_CONCURRENCY = 100;

/**
 * Memory of a function, in MiB.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const LEAST_LAMBDA_MEMORY_MIB = 128;
export const MOST_LAMBDA_MEMORY_MIB = 10_240;

/**
 * Maximum batching window of an event source.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
export const LONGEST_BATCHING_WINDOW_SECONDS = 300;

/**
 * Memory sizes of Fargate, in MiB, for each CPU size, in CPU units (1024 are one vCPU).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
export const FARGATE_MEMORY_MIB: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, gibibytes(1, 4, 1)],
  [1024, gibibytes(2, 8, 1)],
  [2048, gibibytes(4, 16, 1)],
  [4096, gibibytes(8, 30, 1)],
  [8192, gibibytes(16, 60, 4)],
  [16_384, gibibytes(32, 120, 8)],
]);

function gibibytes(first: number, last: number, step: number): number[] {
  return Array.from({ length: (last - first) / step + 1 }, (_, index) => (first + index * step) * 1024);
}

/**
 * Retention periods of CloudWatch Logs, in days.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/**
 * Lowest limit that WAF accepts for a rate-based rule.
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html
 */
export const LEAST_WEB_ACL_RATE = 10;

/**
 * Highest limit of a rate-based rule.
 * https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
 */
export const MOST_WEB_ACL_RATE = 2_000_000_000;
