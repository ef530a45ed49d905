import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { StartedRunner } from '../local/started-runner';
import { atDesk } from './aws-at-desk';

type Row = Record<string, AttributeValue>;

/** The message log's table, as an operator has it. */
export class LogRows {
  private constructor(
    private readonly client: DynamoDBClient,
    private readonly TableName: string,
  ) {}

  static async open(runner: StartedRunner): Promise<LogRows> {
    const client = new DynamoDBClient(atDesk(runner));
    const { TableNames = [] } = await client.send(new ListTablesCommand({}));
    const table = TableNames.find((name) => name.includes('Log'));
    if (!table) {
      throw new Error(`There is no message log among ${TableNames.join(', ')}`);
    }
    return new LogRows(client, table);
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

  /** Puts the table back to what it was, as an operator does: what came later goes. */
  async restore(backup: readonly Row[]): Promise<void> {
    const kept = new Set(backup.map(keyOf));
    const later = (await this.all()).filter((row) => !kept.has(keyOf(row)));
    await Promise.all(later.map((row) => this.delete(row)));
    await this.restoreHeads(backup);
  }

  /** Puts every topic back to where it stood, in a new epoch; what came later is left in the table. */
  async restoreHeads(backup: readonly Row[]): Promise<void> {
    const heads = backup.filter(({ sk }) => sk?.S === 'HEAD');
    await Promise.all(heads.map((head) => this.put({ ...head, epoch: { S: randomUUID() } })));
  }

  close(): void {
    this.client.destroy();
  }
}

const keyOf = ({ pk, sk }: Row): string => `${pk?.S} ${sk?.S}`;
