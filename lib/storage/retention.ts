import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** Retention of stored data: the same two options for every construct that stores something. */
export interface RetentionOptions {
  /**
   * Removal policy of tables, buckets and log groups. `RETAIN` also protects the tables and the load balancer against
   * deletion.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Time for which CloudWatch keeps log events.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
}

/** The options with their defaults applied. */
export type Retention = Required<RetentionOptions>;

/** @returns the options with their defaults applied. */
export function retentionOf(options: RetentionOptions): Retention {
  return {
    removalPolicy: options.removalPolicy ?? RemovalPolicy.RETAIN,
    logRetention: options.logRetention ?? RetentionDays.THREE_MONTHS,
  };
}

/** @returns true if stored data is protected against deletion. */
export function isProtected({ removalPolicy }: Retention): boolean {
  return removalPolicy === RemovalPolicy.RETAIN;
}
