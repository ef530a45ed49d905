import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { StartedRunner } from '../support/started-runner';
import { operatorConfig } from './aws-at-desk';

export type Row = Record<string, AttributeValue>;

/** A table of a running app, with an operator's access. */
export class TableRows {
  private constructor(
    private readonly client: DynamoDBClient,
    private readonly TableName: string,
  ) {}

  /** @param name - a part of the logical id */
  static async open(runner: StartedRunner, name: string): Promise<TableRows> {
    const client = new DynamoDBClient(operatorConfig(runner));
    const { TableNames = [] } = await client.send(new ListTablesCommand({}));
    const table = TableNames.find((each) => each.includes(name));
    if (!table) {
      throw new Error(`There is no table ${name} among ${TableNames.join(', ')}`);
    }
    return new TableRows(client, table);
  }

  async all(): Promise<Row[]> {
    const { TableName } = this;
    const { Items = [] } = await this.client.send(new ScanCommand({ TableName, ConsistentRead: true }));
    return Items;
  }

  async put(row: Row): Promise<void> {
    await this.client.send(new PutItemCommand({ TableName: this.TableName, Item: row }));
  }

  async delete({ pk, sk }: Row): Promise<void> {
    await this.client.send(new DeleteItemCommand({ TableName: this.TableName, Key: { pk, sk } as Row }));
  }

  close(): void {
    this.client.destroy();
  }
}
