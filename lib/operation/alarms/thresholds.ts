import { Duration, Token } from 'aws-cdk-lib';

/**
 * Thresholds of the alarms. "AWS's recommendation" is the table of recommended alarms:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
 */
export interface Thresholds {
  /** Requests that fail with 5xx, in percent of those of a minute. @default 1 - our choice */
  readonly errorPercent: number;

  /** Requests, frames, messages or posts that a minute must exceed so that its percentages and percentiles count: of few, one is a large share. @default 50 - our choice */
  readonly leastRequests: number;

  /** Requests that fail with 5xx in a minute at which their percentage counts, also of few requests. @default 5 - our choice */
  readonly leastErrors: number;

  /** The 99th percentile of the time to a response of the HTTP lane. @default Duration.seconds(1) - our choice */
  readonly httpLatency: Duration;

  /** CPU utilization of tasks, in percent. @default 80 - AWS's recommendation */
  readonly cpuPercent: number;

  /** Open connections of a task of the WebSocket lane, in percent of `connectionsPerTask`. @default 90 - our choice */
  readonly connectionsPercent: number;

  /** Handshakes and frames that API Gateway could not pass to a function, as a share. @default 0.05 - AWS's recommendation */
  readonly executionErrorShare: number;

  /** Handshakes and frames that API Gateway refused, as a share. @default 0.05 - AWS's recommendation */
  readonly clientErrorShare: number;

  /** The 90th percentile of the time in which a function answers a handshake or a frame. @default Duration.seconds(2) - AWS's recommendation */
  readonly integrationLatency: Duration;

  /** Handshakes and frames of the WebSocket lane that its code answers with `unavailable` or an internal error, a minute. @default 5 - our choice */
  readonly failures: number;

  /** Handshakes a second, as the average of a minute. @default 350 - 70 percent of API Gateway's default quota of 500 */
  readonly connectsPerSecond: number;

  /** Invocations of functions that failed, a minute. @default 0 - AWS's recommendation */
  readonly functionErrors: number;

  /** Reserved concurrency, or a quota of the account, that is used, in percent. @default 90 - AWS's recommendation */
  readonly concurrencyPercent: number;

  /** Age of the oldest message that waits to be delivered. @default Duration.minutes(1) - our choice */
  readonly deliveryAge: Duration;

  /** Age of a record of the stream at which an operator must act, because DynamoDB removes it after 24 hours. @default Duration.hours(12) - half of the time */
  readonly expiringAge: Duration;

  /** The 90th percentile of the time from the log to connections. @default Duration.seconds(5) - our choice */
  readonly pushLatency: Duration;

  /** Frames that a function requeued because connections were busy, in percent of these and of the posted ones. @default 10 - our choice */
  readonly busyPercent: number;

  /** Pages of history that could not continue after the client's position, as a share. @default 0.05 - our choice */
  readonly gapShare: number;

  /** Days until a certificate expires. ACM renews 60 days before. @default 30 - our choice; AWS recommends 44 */
  readonly certificateDays: number;
}

/** Defaults of {@link Thresholds}. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  errorPercent: 1,
  leastRequests: 50,
  leastErrors: 5,
  httpLatency: Duration.seconds(1),
  cpuPercent: 80,
  connectionsPercent: 90,
  executionErrorShare: 0.05,
  clientErrorShare: 0.05,
  integrationLatency: Duration.seconds(2),
  failures: 5,
  connectsPerSecond: 350,
  functionErrors: 0,
  concurrencyPercent: 90,
  deliveryAge: Duration.minutes(1),
  expiringAge: Duration.hours(12),
  pushLatency: Duration.seconds(5),
  busyPercent: 10,
  gapShare: 0.05,
  certificateDays: 30,
};

/** @returns the thresholds, with the default of each that is undefined, unresolved or has another type, which the validation reports */
export function thresholdsOf(given?: Partial<Thresholds>): Thresholds {
  const defaults = Object.entries(DEFAULT_THRESHOLDS);
  const usable = defaults.flatMap(([name, value]) => {
    const other: unknown = given?.[name as keyof Thresholds];
    const isSameType = value instanceof Duration ? other instanceof Duration : typeof other === 'number';
    return isSameType && !isUnresolved(other) ? [[name, other] as const] : [];
  });
  return { ...DEFAULT_THRESHOLDS, ...Object.fromEntries(usable) };
}

/** @returns true for a value that only CloudFormation knows. The expressions and periods of alarms are written before */
export function isUnresolved(value: unknown): boolean {
  return value instanceof Duration ? value.isUnresolved() : Token.isUnresolved(value);
}
