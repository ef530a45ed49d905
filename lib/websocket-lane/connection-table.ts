import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Environment } from '../../lambda/environment';
import { KeyPrefix } from '../../lambda/keys';
import { DurableTable } from '../storage/durable-table';
import type { Retention } from '../storage/retention';

const { CONNECTION, TOPIC, SUBJECT } = KeyPrefix;

export interface ConnectionTableProps {
  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** Table of connections and their subscriptions. */
export class ConnectionTable extends Construct {
  readonly table: DurableTable;

  /** Environment variables of a function or container that uses the table. */
  readonly environment: Record<string, string>;

  constructor(scope: Construct, id: string, { retention }: ConnectionTableProps) {
    super(scope, id);
    this.table = new DurableTable(this, 'Table', { retention });
    this.environment = { [Environment.CONNECTION_TABLE]: this.table.tableName };
  }

  /**
   * Grants `grantee` permission to write a new connection, and to take a free slot of its subject or one of another
   * connection, but not to subscribe.
   */
  grantConnect(grantee: IGrantable): Grant {
    return this.table
      .grantKeys(grantee, [CONNECTION, SUBJECT], 'dynamodb:PutItem')
      .combine(this.table.grantKeys(grantee, [SUBJECT], 'dynamodb:Query'))
      .combine(this.table.grantKeys(grantee, [CONNECTION], 'dynamodb:BatchGetItem', 'dynamodb:DeleteItem'));
  }

  /** Grants `grantee` permission to change the subscriptions of a connection, and count the subscribers of a topic. */
  grantSubscribe(grantee: IGrantable): Grant {
    return this.table.grantKeys(
      grantee,
      [CONNECTION, TOPIC],
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:Query',
    );
  }

  /**
   * Grants `grantee` permission to delete a connection with its subscriptions, and to release the slot of its subject, but
   * not to put any item. So it does not include BatchWriteItem, which IAM does not divide into puts and deletes.
   */
  grantDisconnect(grantee: IGrantable): Grant {
    return this.table
      .grantKeys(grantee, [CONNECTION], 'dynamodb:GetItem', 'dynamodb:Query')
      .combine(this.table.grantKeys(grantee, [CONNECTION, SUBJECT, TOPIC], 'dynamodb:DeleteItem'));
  }

  /** Grants `grantee` permission to find the connections of a subject. */
  grantFindConnections(grantee: IGrantable): Grant {
    return this.table.grantKeys(grantee, [SUBJECT], 'dynamodb:Query');
  }

  /** Grants `grantee` permission to find the shards of topics. */
  grantFindShards(grantee: IGrantable): Grant {
    return this.table.grantKeys(grantee, [TOPIC], 'dynamodb:BatchGetItem');
  }

  /** Grants `grantee` permission to find the subscribers of a shard. */
  grantFindSubscribers(grantee: IGrantable): Grant {
    return this.table.grantKeys(grantee, [TOPIC], 'dynamodb:Query');
  }

  /**
   * Grants `grantee` permission to serve connections: to write its lease and check those of others, to change its subscriptions
   * and count the subscribers of topics, and to take and release slots of subjects.
   */
  grantServe(grantee: IGrantable): Grant {
    return this.table
      .grantKeys(grantee, [CONNECTION], 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem')
      .combine(
        this.table.grantKeys(
          grantee,
          [TOPIC],
          'dynamodb:BatchGetItem',
          'dynamodb:PutItem',
          'dynamodb:DeleteItem',
          'dynamodb:Query',
        ),
      )
      .combine(this.table.grantKeys(grantee, [SUBJECT], 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem'));
  }

  /** Grants `grantee` permission to read the lease of a server: its address and its secret. */
  grantFindServers(grantee: IGrantable): Grant {
    return this.table.grantKeys(grantee, [CONNECTION], 'dynamodb:GetItem');
  }
}
