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
