import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { table } from '../../aws/fixture';

const SCRIPT = require.resolve('../../aws/aws-process');
const LOADER = join(__dirname, '../../../typescript.js');
const { streamArn: StreamArn } = table('log', { streamViewType: 'NEW_IMAGE' });

const directory = mkdtempSync(join(tmpdir(), 'aws-'));
let child: ChildProcess;
afterAll(async () => {
  await kill();
  rmSync(directory, { recursive: true });
});

async function start() {
  child = fork(SCRIPT, [directory], { execArgv: ['-r', LOADER] });
  const [endpoint] = await once(child, 'message');
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIADEVELOPER', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
  return {
    QueueUrl: `${endpoint}/000000000000/work`,
    dynamo: new DynamoDBClient(config),
    streams: new DynamoDBStreamsClient(config),
    sqs: new SQSClient(config),
  };
}

async function kill(): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

/** Calls `perform` with 0, 1, 2 and so on until it fails. @returns the numbers for which it succeeded */
async function untilFailure(perform: (index: number) => Promise<unknown>): Promise<number[]> {
  const done: number[] = [];
  for (let index = 0; ; index++) {
    try {
      await perform(index);
    } catch {
      return done;
    }
    done.push(index);
  }
}

const item = (pk: string, index: number) => ({ pk: { S: pk }, sk: { S: `${index}` } });

test('an endpoint that was killed under load lost no acknowledged write and left no partial transaction', async () => {
  const first = await start();
  const ended = once(child, 'exit');
  const transact = (index: number) => {
    const TransactItems = ['a', 'b'].map((pk) => ({ Put: { TableName: 'log', Item: item(pk, index) } }));
    return first.dynamo.send(new TransactWriteItemsCommand({ TransactItems }));
  };
  const sent = untilFailure((index) =>
    first.sqs.send(new SendMessageCommand({ QueueUrl: first.QueueUrl, MessageBody: `${index}` })),
  );
  const written = untilFailure(async (index) => {
    await transact(index);
    if (index === 100) {
      child.kill('SIGKILL');
    }
  });
  const acknowledged = { written: await written, sent: await sent };
  expect(acknowledged.written.length).toBeGreaterThan(100);
  expect(acknowledged.sent.length).toBeGreaterThan(0);
  await ended;

  const { dynamo, streams, sqs, QueueUrl } = await start();
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: 'log' }));
  const of = (pk: string) => Items.filter((each) => each.pk?.S === pk).map(({ sk }) => Number(sk?.S));
  expect(of('a')).toEqual(expect.arrayContaining(acknowledged.written));
  expect(of('a').sort()).toEqual(of('b').sort());

  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const found = await Promise.all(
    (StreamDescription?.Shards ?? []).map(async ({ ShardId }) => {
      const place = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
      const { ShardIterator } = await streams.send(new GetShardIteratorCommand(place));
      return (await streams.send(new GetRecordsCommand({ ShardIterator }))).Records ?? [];
    }),
  );
  expect(found.flat()).toHaveLength(Items.length);

  const bodies: number[] = [];
  for (let last = -1; last !== bodies.length;) {
    last = bodies.length;
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    bodies.push(...Messages.map(({ Body }) => Number(Body)));
  }
  expect(bodies).toEqual(expect.arrayContaining(acknowledged.sent));
}, 20_000);
