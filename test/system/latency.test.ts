import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient, ListTablesCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { stageStack } from '../stack/stages';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { operatorConfig } from './aws-at-desk';

let runner: StartedRunner;

beforeAll(async () => {
  const assembly = synthesized((app) => void stageStack('dev', {}, app));
  runner = await StartedRunner.start(['--app', assembly, '--latency', 'aws']);
}, 60_000);

afterAll(() => runner.stop());

/** @returns the shortest duration of several attempts, in milliseconds, whether they fail or not */
async function shortest(attempt: () => Promise<unknown>): Promise<number> {
  const durations: number[] = [];
  for (let count = 0; count < 10; count += 1) {
    const start = performance.now();
    await attempt().catch(() => undefined);
    durations.push(performance.now() - start);
  }
  return Math.min(...durations);
}

test('with --latency aws, no transaction and no post is faster than the fastest published one', async () => {
  const dynamo = new DynamoDBClient(operatorConfig(runner));
  const posts = new ApiGatewayManagementApiClient({
    ...operatorConfig(runner),
    endpoint: runner.endpoint('websocket').managementUrl,
  });
  const [TableName] = (await dynamo.send(new ListTablesCommand({}))).TableNames ?? [];
  const Item = { pk: { S: 'TOPIC#latency' }, sk: { S: 'HEAD' } };
  const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item } }] });
  // 19.4 ms and 7.2 ms, less the resolution of timers.
  expect(await shortest(() => dynamo.send(transaction))).toBeGreaterThan(18);
  // The id of a connection that does not exist.
  const post = new PostToConnectionCommand({ ConnectionId: 'L0SM9cOFvHcCIhw=', Data: 'hello' });
  expect(await shortest(() => posts.send(post))).toBeGreaterThan(6);
  dynamo.destroy();
  posts.destroy();
}, 30_000);
