import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DurableTable } from '../durable-table';
import type { RetentionOptions } from '../retention';

/** Beginnings of the partition keys: what is kept of a connection, and of a topic. */
const CONNECTION = 'CONNECTION#*';
const TOPIC = 'TOPIC#*';

/** Who is connected, and to which topics. */
export class ConnectionTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: RetentionOptions = {}) {
    super(scope, id);
    this.table = new DurableTable(this, 'Table', props);
  }

  /** Lets `grantee` write a new connection, and subscribe it to nothing. */
  grantConnect(grantee: IGrantable): Grant {
    return this.grantKeys(grantee, [CONNECTION], 'dynamodb:PutItem');
  }

  /** Lets `grantee` change the subscriptions of a connection. */
  grantSubscribe(grantee: IGrantable): Grant {
    return this.grantKeys(
      grantee,
      [CONNECTION, TOPIC],
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
  }

  /** Lets `grantee` remove a connection with its subscriptions. */
  grantDisconnect(grantee: IGrantable): Grant {
    return this.grantKeys(grantee, [CONNECTION], 'dynamodb:DeleteItem', 'dynamodb:Query').combine(
      this.grantKeys(grantee, [CONNECTION, TOPIC], 'dynamodb:BatchWriteItem'),
    );
  }

  /** Lets `grantee` find the subscribers of a topic. */
  grantFindSubscribers(grantee: IGrantable): Grant {
    return this.grantKeys(grantee, [TOPIC], 'dynamodb:Query');
  }

  /**
   * Each function reaches the keys it is for. What one transaction writes has one condition, which allows all its keys:
   * whether IAM judges its writes together or one by one makes no difference.
   */
  private grantKeys(grantee: IGrantable, leadingKeys: string[], ...actions: string[]): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions,
      resourceArns: [this.table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': leadingKeys } },
    });
  }
}
