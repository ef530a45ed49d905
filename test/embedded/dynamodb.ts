import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { Turns } from '../../lambda/realtime/turns';
import { type Answer, type TransactItem, transact } from './transact-write-items';

/** A DynamoDB in this process, on loopback and in memory. */
export interface EmbeddedDynamoDB {
  /** `http://127.0.0.1:{port}` */
  endpoint: string;
  client: DynamoDBClient;
  createTable(name: string): Promise<void>;
  /** Answers the next transactions so. */
  interrupt(...interruptions: Interruption[]): void;
  close(): Promise<void>;
}

/** What a transaction is answered instead, and whether it is done all the same. */
interface Interruption {
  answer: Answer;
  done: boolean;
}

/**
 * Dynalite, with the TransactWriteItems it lacks. A transaction excludes every other request while it runs: stricter
 * than DynamoDB, which lets those on other items pass.
 */
export async function embeddedDynamoDB(): Promise<EmbeddedDynamoDB> {
  const inner: Server = dynalite({ createTableMs: 0 });
  const innerClient = clientOf(await listen(inner));
  const turns = new Turns();
  const interruptions: Interruption[] = [];

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['x-amz-target'] !== 'DynamoDB_20120810.TransactWriteItems') {
      inner.emit('request', request, response);
      await once(response, 'close');
      return;
    }
    const { TransactItems } = JSON.parse(await text(request)) as { TransactItems: TransactItem[] };
    const interruption = interruptions.shift();
    const answer = await (interruption?.done === false ? interruption.answer : transact(innerClient, TransactItems));
    const { status, body } = interruption?.answer ?? answer;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  };
  const outer = createServer((request, response) => {
    // A client that breaks off in the middle of a request is no failure of the server.
    turns.take('', () => serve(request, response)).catch((error) => response.destroy(error));
  });
  const endpoint = await listen(outer);
  const client = clientOf(endpoint);

  return {
    endpoint,
    client,
    createTable: (name) => createTable(client, name),
    interrupt: (...more) => interruptions.push(...more),
    async close() {
      client.destroy();
      innerClient.destroy();
      outer.close();
      outer.closeAllConnections();
      await turns.take('', async () => undefined);
      await new Promise((resolve) => inner.close(resolve));
    },
  };
}

async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
}

function clientOf(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
