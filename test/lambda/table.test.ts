import { BatchGetItemCommand, BatchWriteItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type AwsStub, mockClient } from 'aws-sdk-client-mock';
import { Table } from '../../lambda/adapters/table';
import { Unavailable } from '../../lambda/realtime/ports';
import { ManualClock } from '../memory/clock';

const key = (name: string) => ({ pk: name, sk: 'x' });
// biome-ignore lint/suspicious/noExplicitAny: the mock's own type
let dynamo: AwsStub<any, any, any>;
let clock: ManualClock;
let table: Table;

beforeEach(() => {
  dynamo = mockClient(DynamoDBClient);
  clock = new ManualClock();
  table = new Table(new DynamoDBClient({ region: 'us-east-1' }), 'table', clock);
});
afterEach(() => dynamo.restore());

it('reads again what a batch left unread', async () => {
  dynamo
    .on(BatchGetItemCommand)
    .resolvesOnce({
      Responses: { table: [marshall(key('a'))] },
      UnprocessedKeys: { table: { Keys: [marshall(key('b'))] } },
    })
    .resolvesOnce({ Responses: { table: [marshall(key('b'))] } });
  expect(await table.getAll([key('a'), key('b')])).toEqual([key('a'), key('b')]);
  expect(clock.waits).toHaveLength(1);
});

it('deletes in batches of 25, and again what a batch left', async () => {
  const keys = Array.from({ length: 30 }, (_, index) => key(`k${index}`));
  dynamo
    .on(BatchWriteItemCommand)
    .resolvesOnce({ UnprocessedItems: { table: [{ DeleteRequest: { Key: marshall(key('k3')) } }] } })
    .resolves({});
  await table.deleteAll(keys);
  const sizes = dynamo
    .commandCalls(BatchWriteItemCommand)
    .map((call) => call.args[0].input.RequestItems?.table?.length);
  expect(sizes).toEqual([25, 1, 5]);
});

it('is unavailable if a batch is never done', async () => {
  const Key = marshall(key('a'));
  dynamo.on(BatchWriteItemCommand).resolves({ UnprocessedItems: { table: [{ DeleteRequest: { Key } }] } });
  await expect(table.deleteAll([key('a')])).rejects.toThrow(Unavailable);
});

it.each([
  { name: 'ProvisionedThroughputExceededException', $metadata: { httpStatusCode: 400 } },
  { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } },
  { name: 'TimeoutError' },
  { name: 'Error', code: 'ECONNRESET' },
])('is unavailable after %j', async (error) => {
  dynamo.on(GetItemCommand).rejects(Object.assign(new Error('what the SDK says'), error));
  await expect(table.get(key('a'))).rejects.toThrow(Unavailable);
});

it('does not hide an error that will not pass', async () => {
  const error = Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
  dynamo.on(GetItemCommand).rejects(error);
  await expect(table.get(key('a'))).rejects.toBe(error);
});
