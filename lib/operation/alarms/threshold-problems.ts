import { Duration } from 'aws-cdk-lib';
import { isUnresolved, type Thresholds } from './thresholds';

/** Range of a threshold, from `least` to less than `below`: with any other value, an alarm would always or never fire. */
interface Range {
  readonly least: number;
  readonly below: number;
  readonly unit: string;

  /** A value to use. */
  readonly use: string;

  /** @default false */
  readonly isWhole?: boolean;
}

/** Number a minute that is far above the quotas of an account. */
const MANY = 10_000_000;

const percent = (use: number): Range => ({ least: 0, below: 100, unit: 'percent', use: `${use}` });
const share = (use: number): Range => ({ least: 0, below: 1, unit: 'as a share', use: `${use}` });
const count = (use: number, least = 0): Range => ({
  ...{ least, below: MANY, unit: '', use: `${use}`, isWhole: true },
});
const milliseconds = (below: Duration, use: Duration): Range => ({
  ...{ least: 1, below: below.toMilliseconds(), unit: 'ms', use: `Duration.millis(${use.toMilliseconds()})` },
});

/** Longest time that CloudWatch can evaluate, and a limit for which there is no other. */
const DAY = Duration.hours(24);

const RANGES: Readonly<Record<keyof Thresholds, Range>> = {
  errorPercent: percent(1),
  leastRequests: count(50),
  leastErrors: count(5, 1),
  httpLatency: milliseconds(DAY, Duration.seconds(1)),
  cpuPercent: percent(80),
  connectionsPercent: percent(90),
  executionErrorShare: share(0.05),
  clientErrorShare: share(0.05),
  // API Gateway ends an integration after 29 s.
  integrationLatency: milliseconds(Duration.seconds(29), Duration.seconds(2)),
  failures: count(5),
  connectsPerSecond: count(350, 1),
  functionErrors: count(0),
  concurrencyPercent: percent(90),
  // DynamoDB removes records of a stream after 24 hours.
  deliveryAge: milliseconds(DAY, Duration.minutes(1)),
  expiringAge: milliseconds(DAY, Duration.hours(12)),
  pushLatency: milliseconds(DAY, Duration.seconds(5)),
  busyPercent: percent(10),
  gapShare: share(0.05),
  certificateDays: { least: 1, below: 366, unit: 'days', use: '30', isWhole: true },
};

/** @returns the problems of thresholds, each with the value received and a fix */
export function thresholdProblems(thresholds: Partial<Thresholds>): string[] {
  return Object.entries(thresholds).flatMap(problemOf);
}

function problemOf([name, value]: [string, unknown]): string[] {
  if (!isThreshold(name)) {
    return [
      `thresholds.${name} must be one of ${Object.keys(RANGES).join(', ')}, got another name. Fix: correct or remove it`,
    ];
  }
  if (value === undefined) {
    return [];
  }
  const { least, below, unit, use, isWhole = false } = RANGES[name];
  if (isUnresolved(value)) {
    return [
      `thresholds.${name} must be known when the template is written, got a token. Fix: use a number or a Duration of your code instead of a parameter, such as ${use}`,
    ];
  }
  const number = value instanceof Duration ? value.toMilliseconds({ integral: false }) : value;
  const isOfType = unit === 'ms' ? value instanceof Duration : typeof value === 'number';
  const isInRange =
    typeof number === 'number' && number >= least && number < below && (!isWhole || Number.isInteger(number));
  return isOfType && isInRange
    ? []
    : [
        `thresholds.${name} must be ${kindOf(unit, isWhole)}${least} or more and less than ${below}${unit && ` ${unit}`}, got ${isOfType ? `${number as number}` : typeOf(value)}. Fix: use ${use}`,
      ];
}

function isThreshold(name: string): name is keyof Thresholds {
  return Object.hasOwn(RANGES, name);
}

function kindOf(unit: string, isWhole: boolean): string {
  return unit === 'ms' ? 'a Duration, ' : isWhole ? 'a whole number, ' : '';
}

function typeOf(value: unknown): string {
  return value instanceof Duration ? 'a Duration' : value === null ? 'null' : typeof value;
}
