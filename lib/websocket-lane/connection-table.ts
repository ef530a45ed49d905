import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DurableTable } from '../durable-table';
import type { RetentionOptions } from '../retention';

/** Who is connected, and to which topics. */
export class ConnectionTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: RetentionOptions = {}) {
    super(scope, id);
    this.table = new DurableTable(this, 'Table', props);
  }

  /** Lets `grantee` write a new connection, in a slot of its subject's that is free. */
  grantConnect(grantee: IGrantable): Grant {
    const conditions = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SUBJECT#*'] } };
    const { tableArn } = this.table;
    Grant.addToPrincipal({ grantee, actions: ['dynamodb:Query'], resourceArns: [tableArn], conditions });
    return this.table.grant(grantee, 'dynamodb:PutItem');
  }

  /** Lets `grantee` change the subscriptions of a connection, and count the subscribers of a topic. */
  grantSubscribe(grantee: IGrantable): Grant {
    return this.table.grant(
      grantee,
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:Query',
    );
  }

  /** Lets `grantee` remove a connection with its subscriptions. */
  grantDisconnect(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:DeleteItem', 'dynamodb:Query', 'dynamodb:BatchWriteItem');
  }

  /** Lets `grantee` find the shards that hold the subscribers of topics. */
  grantFindShards(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:BatchGetItem');
  }

  /** Lets `grantee` find the subscribers in a shard. */
  grantFindSubscribers(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:Query');
  }
}
