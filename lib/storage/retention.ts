import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** Retention of stored data: the same two options for every construct that stores something. */
export interface RetentionOptions {
  /**
   * Removal policy of tables, user pool and log groups. With the default, they are kept if the stack is deleted or no longer
   * contains them, and deleted if the stack's creation fails and is rolled back, so that the deployment can be repeated.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * True to protect tables, user pool and load balancer against deletion, also by hand. Set it after the first deployment has
   * succeeded: a rollback cannot delete what is protected.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;

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
    removalPolicy: options.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    deletionProtection: options.deletionProtection ?? false,
    logRetention: options.logRetention ?? RetentionDays.THREE_MONTHS,
  };
}

/** @returns true if stored data is kept when the stack is deleted. */
export function isRetained({ removalPolicy }: Retention): boolean {
  return removalPolicy !== RemovalPolicy.DESTROY;
}
