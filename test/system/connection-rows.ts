import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  ListTablesCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Who } from './caller';

type Row = Record<string, AttributeValue>;

/** Rows of the connection table of an app on this machine, with an operator's access. */
export class ConnectionRows {
  private constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  static async open(endpoint: string): Promise<ConnectionRows> {
    const client = new DynamoDBClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
    });
    const { TableNames = [] } = await client.send(new ListTablesCommand({}));
    const table = TableNames.find((name) => name.includes('Connection'));
    if (!table) {
      throw new Error(`There is no connection table among ${TableNames.join(', ')}`);
    }
    return new ConnectionRows(client, table);
  }

  /** Ids of the connections of a subject, which have its slots. */
  async connectionsOf({ tenant, subject }: Who): Promise<string[]> {
    const slots = await this.rows(`SUBJECT#${tenant}/${subject}`);
    return slots.map(({ connectionId }) => connectionId?.S ?? '');
  }

  /** Numbers of sockets that are subscribed to a topic, by the id of their task. Only servers have tasks. */
  async subscribersOf(topic: string): Promise<ReadonlyMap<string, number>> {
    // A new topic has one shard.
    const rows = await this.rows(`TOPIC#contract/${topic}#0`);
    return new Map(rows.map(({ sk, subscribers }) => [`${sk?.S}`.replace('CONNECTION#', ''), Number(subscribers?.N)]));
  }

  /** Private address and secret of a task. Only servers have tasks. */
  async leaseOf(taskId: string): Promise<{ readonly address: string; readonly secret: string }> {
    const [lease] = await this.rows(`CONNECTION#${taskId}`);
    return { address: `${lease?.address?.S}`, secret: `${lease?.secret?.S}` };
  }

  /** Sort keys of all rows of a connection or of a task. */
  async of(id: string): Promise<string[]> {
    return (await this.rows(`CONNECTION#${id}`)).map(({ sk }) => sk?.S ?? '');
  }

  /** Deletes the row of a connection, as its expiry does. */
  async remove(connectionId: string): Promise<void> {
    const Key = { pk: { S: `CONNECTION#${connectionId}` }, sk: { S: 'CONNECTION' } };
    await this.client.send(new DeleteItemCommand({ TableName: this.table, Key }));
  }

  close(): void {
    this.client.destroy();
  }

  private async rows(partition: string): Promise<Row[]> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: partition } },
        ConsistentRead: true,
      }),
    );
    return Items;
  }
}
