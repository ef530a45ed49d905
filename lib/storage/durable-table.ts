import {
  AttributeType,
  BillingMode,
  type ITable,
  type StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { isProtected, type Retention } from './retention';

export interface DurableTableProps {
  /** Removal policy and log retention. */
  readonly retention: Retention;

  /** @default - no stream */
  readonly stream?: StreamViewType;
}

/**
 * A table on demand, encrypted, recoverable to any second of the last 35 days, with the keys `pk` and `sk` and the
 * time to live in `expiresAt` (epoch seconds). {@link Table}, not TableV2: compliance rules do not see the latter.
 */
export class DurableTable extends Table {
  constructor(scope: Construct, id: string, { retention, stream }: DurableTableProps) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isProtected(retention),
      removalPolicy: retention.removalPolicy,
      ...(stream && { stream }),
    });
  }

  /** Grants on the items of some keys: see {@link grantKeys}. */
  grantKeys(grantee: IGrantable, prefixes: readonly string[], ...actions: string[]): Grant {
    return grantKeys(this, grantee, prefixes, ...actions);
  }
}

/**
 * Grants `actions` on the items of `table` whose `pk` begins with one of `prefixes`. All the writes of one transaction need
 * one grant for all its keys: then it makes no difference whether IAM evaluates them together or one by one.
 *
 * @param prefixes - `['CONNECTION#']`
 */
export function grantKeys(
  table: ITable,
  grantee: IGrantable,
  prefixes: readonly string[],
  ...actions: string[]
): Grant {
  const leadingKeys = prefixes.map((prefix) => `${prefix}*`);
  return Grant.addToPrincipal({
    grantee,
    actions,
    resourceArns: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': leadingKeys } },
  });
}
