import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What outlives a deployment, and for how long: the same two choices for every part that stores something. */
export interface RetentionOptions {
  /**
   * What happens to tables, buckets and log groups when they leave the stack. `RETAIN` also protects tables and load
   * balancer against deletion.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long CloudWatch keeps log events.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
}

/** The choices with their defaults filled in. */
export type Retention = Required<RetentionOptions>;

/** @returns the choices of `options`, with the defaults where it has none. */
export function retentionOf(options: RetentionOptions): Retention {
  return {
    removalPolicy: options.removalPolicy ?? RemovalPolicy.RETAIN,
    logRetention: options.logRetention ?? RetentionDays.THREE_MONTHS,
  };
}

/** @returns whether what is stored is protected against deletion. */
export function isProtected({ removalPolicy }: Retention): boolean {
  return removalPolicy === RemovalPolicy.RETAIN;
}
