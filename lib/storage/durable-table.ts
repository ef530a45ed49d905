import { AttributeType, BillingMode, type StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { isProtected, type RetentionOptions, retentionOf } from './retention';

export interface DurableTableProps extends RetentionOptions {
  /** @default - no stream */
  readonly stream?: StreamViewType;
}

/**
 * A table on demand, encrypted, recoverable to any second of the last 35 days, with the keys `pk` and `sk` and the
 * time to live in `expiresAt` (epoch seconds). {@link Table}, not TableV2: compliance rules do not see the latter.
 */
export class DurableTable extends Table {
  constructor(scope: Construct, id: string, props: DurableTableProps) {
    const retention = retentionOf(props);
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isProtected(retention),
      removalPolicy: retention.removalPolicy,
      ...(props.stream && { stream: props.stream }),
    });
  }

  /**
   * Lets `grantee` do `actions` on items whose `pk` begins as one of `prefixes`. What one transaction writes needs one
   * grant, for all its keys: whether IAM judges its writes together or one by one makes no difference then.
   *
   * @param prefixes `['CONNECTION#']`
   */
  grantKeys(grantee: IGrantable, prefixes: readonly string[], ...actions: string[]): Grant {
    const leadingKeys = prefixes.map((prefix) => `${prefix}*`);
    return Grant.addToPrincipal({
      grantee,
      actions,
      resourceArns: [this.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': leadingKeys } },
    });
  }
}
