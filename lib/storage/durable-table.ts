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
import type { Retention } from './retention';

export interface DurableTableProps {
  /** Removal policy and log retention. */
  readonly retention: Retention;

  /** @default - no stream */
  readonly stream?: StreamViewType;
}

/**
 * An encrypted on-demand table with point-in-time recovery for 35 days, the keys `pk` and `sk`, and the time to live in
 * `expiresAt` (epoch seconds). It extends {@link Table}, because compliance rules do not check TableV2.
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
      deletionProtection: retention.deletionProtection,
      removalPolicy: retention.removalPolicy,
      ...(stream && { stream }),
    });
  }

  /** Grants `actions` on the items whose key begins with one of `prefixes`: see {@link grantKeys}. */
  grantKeys(grantee: IGrantable, prefixes: readonly string[], ...actions: string[]): Grant {
    return grantKeys(this, grantee, prefixes, ...actions);
  }
}

/**
 * Grants `actions` on the items of `table` whose `pk` begins with one of `prefixes`. Each write of a transaction requires
 * the permission of the same write outside of a transaction
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html).
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
