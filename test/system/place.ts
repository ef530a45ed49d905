import { DeleteItemCommand, DynamoDBClient, ListTablesCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { synthesized } from '../support/cloud-assembly';
import { LocalApp } from '../support/local-app';
import { stageStack } from '../stack/stages';
import { type App, tokensFrom } from './caller';

/** The app under test: a deployed stack, or the app on this machine. */
export interface Place extends App {
  /** Access to the internals of an app on this machine. */
  readonly local?: { readonly app: LocalApp; readonly connections: ConnectionRows };
}

/** An allowed origin: of the stage `dev`, or `ALLOWED_ORIGIN` for a deployed stack. */
export const ALLOWED_ORIGIN = process.env.ALLOWED_ORIGIN ?? 'https://app.example.com';

/** The stack at `HTTP_URL` and `WEBSOCKET_URL`, if both are set. All clients use the token `TOKEN`. */
export const DEPLOYED: Place | undefined =
  process.env.HTTP_URL && process.env.WEBSOCKET_URL
    ? {
        httpUrl: process.env.HTTP_URL.replace(/\/$/, ''),
        webSocketUrl: process.env.WEBSOCKET_URL,
        token: async () => process.env.TOKEN ?? '',
      }
    : undefined;

/** Starts a stage of this repository's app on this machine. */
export async function startHere(stage = 'dev'): Promise<Place & Required<Pick<Place, 'local'>>> {
  const assembly = synthesized((cdk) => void stageStack(stage, {}, cdk));
  // The shards of the streams close many times during a suite, and not every four hours.
  const app = await LocalApp.start(assembly, { streams: { shardLifetimeMs: 5000 } });
  const { http = '', websocket = '', token = '', aws } = app.urls;
  const connections = await ConnectionRows.open(aws);
  return { httpUrl: http, webSocketUrl: websocket, token: tokensFrom(token), local: { app, connections } };
}

/** Rows of the connection table. */
class ConnectionRows {
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

  /** Ids of the connections that are subscribed to a topic. */
  async subscribedTo(topic: string): Promise<string[]> {
    // A new topic has one shard.
    return (await this.sortKeys(`TOPIC#contract/${topic}#0`)).map((key) => key.replace('CONNECTION#', ''));
  }

  /** Sort keys of all rows of a connection. */
  of(connectionId: string): Promise<string[]> {
    return this.sortKeys(`CONNECTION#${connectionId}`);
  }

  /** Deletes the row of a connection, as its expiry does. */
  async remove(connectionId: string): Promise<void> {
    const Key = { pk: { S: `CONNECTION#${connectionId}` }, sk: { S: 'CONNECTION' } };
    await this.client.send(new DeleteItemCommand({ TableName: this.table, Key }));
  }

  close(): void {
    this.client.destroy();
  }

  private async sortKeys(partition: string): Promise<string[]> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: partition } },
        ConsistentRead: true,
      }),
    );
    return Items.map(({ sk }) => sk?.S ?? '');
  }
}
