import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Addresses } from '../../../addresses';
import type { Blueprint, EventSourceBlueprint } from '../../../blueprint';
import { callerOf } from '../../../identity/credentials';
import { type LoopbackServer, serveOnLoopback } from '../../loopback-server';
import { recordOf } from '../../events/streams/memory-stream';
import { blueprintOf } from '../../functions/function-of';
import { PLACE } from '../../place';

const STREAM_ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000';
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:q';
const PACKAGE = join(__dirname, '../../..');

interface Call {
  target: string;
  input: Record<string, unknown>;
  authorization: string;
  /** Resolves when the caller has its response or has disconnected. */
  closed: Promise<unknown>;
}

/** A fake AWS with one record in its stream and one message in its queue. */
class ScriptedAws {
  readonly calls: Call[] = [];
  #message = true;

  answer({ target, input }: Call): object | undefined {
    switch (target) {
      case 'DynamoDBStreams_20120810.DescribeStream':
        return { StreamDescription: { Shards: [{ ShardId: 'shard' }] } };
      case 'DynamoDBStreams_20120810.GetShardIterator':
        return { ShardIterator: input.ShardIteratorType === 'TRIM_HORIZON' ? '0' : '1' };
      case 'DynamoDBStreams_20120810.GetRecords':
        return { Records: input.ShardIterator === '0' ? [recordOf('100')] : [], NextShardIterator: '1' };
      case 'AmazonSQS.ReceiveMessage': {
        const first = this.#message;
        this.#message = false;
        return first
          ? { Messages: [{ MessageId: 'id', ReceiptHandle: 'handle', Body: 'body', MD5OfBody: 'md5' }] }
          : undefined;
      }
      case 'Never.Answered':
        return undefined;
      default:
        return { Successful: [], Failed: [] };
    }
  }
}

let server: LoopbackServer | undefined;
let child: ChildProcess | undefined;
/** Folder for files that a killed process leaves. */
let temporary = '';

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'events-'));
});

afterEach(async () => {
  if (child?.connected) {
    child.disconnect();
    await once(child, 'exit');
  }
  await server?.close();
  rmSync(temporary, { recursive: true });
});

const mapping = (settings: Partial<EventSourceBlueprint>): EventSourceBlueprint => ({
  logicalId: 'Mapping',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:function',
  source: { stream: STREAM_ARN },
  batchSize: 10,
  maximumBatchingWindowSeconds: 0,
  filters: [],
  reportBatchItemFailures: false,
  maximumRetryAttempts: 0,
  bisectBatchOnFunctionError: false,
  startingPosition: 'TRIM_HORIZON',
  ...settings,
});

/** Starts the process with this mapping. */
async function start(code: string, eventSource: EventSourceBlueprint, checkpoints = {}) {
  const aws = new ScriptedAws();
  const calls = new Map<string, (call: Call) => void>();
  server = await serveOnLoopback(async (request, response) => {
    const call = {
      target: String(request.headers['x-amz-target']),
      input: JSON.parse(await text(request)),
      authorization: request.headers.authorization ?? '',
      closed: once(response, 'close'),
    };
    aws.calls.push(call);
    const answer = aws.answer(call);
    if (answer) {
      response.end(JSON.stringify(answer));
    }
    calls.get(call.target)?.(call);
  });
  const queue = { ...PLACE, logicalId: 'Queue', name: 'q', arn: QUEUE_ARN, fifo: false };
  const blueprint = {
    accountId: '000000000000',
    functions: [blueprintOf(code)],
    eventSources: [eventSource],
    tables: [{ logicalId: 'Table', name: 't', streamArn: STREAM_ARN }],
    queues: [queue],
    userPools: [],
    webSocketApis: [],
    loadBalancers: [],
    distributions: [],
  } as unknown as Blueprint;
  const addresses: Addresses = { awsEndpoint: server.endpoint, webSocketApis: {}, loadBalancers: {} };
  const messages: Record<string, unknown>[] = [];
  const started = fork(join(PACKAGE, 'events/process.ts'), {
    cwd: PACKAGE,
    execArgv: ['-r', './typescript.js'],
    env: { PATH: process.env.PATH, TMPDIR: temporary },
  });
  child = started;
  const message = (key: string): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      const look = () => messages.find((one) => key in one);
      const found = look();
      if (found) {
        resolve(found);
        return;
      }
      started.on('message', () => {
        const later = look();
        if (later) {
          resolve(later);
        }
      });
    });
  started.on('message', (one: Record<string, unknown>) => messages.push(one));
  started.send({ start: { blueprint, addresses, checkpoints, iam: 'on' } });
  const called = (target: string): Promise<Call> =>
    new Promise((resolve) => {
      const earlier = aws.calls.find((call) => call.target === target);
      if (earlier) {
        resolve(earlier);
      } else {
        calls.set(target, resolve);
      }
    });
  return { aws, message, called, process: started };
}

test("the events process delivers a stream's records to its function, with the function's role, and reports its position", async () => {
  const { aws, message } = await start(
    'exports.handler = async (event) => console.log(JSON.stringify(event))',
    mapping({}),
  );
  await message('ready');
  expect(await message('log')).toMatchObject({
    log: {
      process: 'events',
      text: JSON.stringify({ Records: [{ ...recordOf('100'), eventSourceARN: STREAM_ARN }] }),
    },
  });
  expect(await message('checkpoint')).toEqual({
    checkpoint: { mapping: 'Mapping', shardId: 'shard', sequenceNumber: '100' },
  });
  const callers = aws.calls.map(({ authorization }) => callerOf(authorization));
  expect(new Set(callers.map((caller) => JSON.stringify(caller)))).toEqual(
    new Set([JSON.stringify({ kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/function' })]),
  );
});

test('the events process continues after the checkpoint of the previous process', async () => {
  const { called } = await start('exports.handler = async () => {}', mapping({}), { Mapping: { shard: '100' } });
  expect((await called('DynamoDBStreams_20120810.GetShardIterator')).input).toEqual({
    StreamArn: STREAM_ARN,
    ShardId: 'shard',
    ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
    SequenceNumber: '100',
  });
});

test('the events process sends a batch that failed every attempt to the on-failure destination, in the documented format', async () => {
  const { called } = await start(
    'throw new Error("boom")',
    mapping({ onFailureQueue: 'arn:aws:sqs:us-east-1:000000000000:dead' }),
  );
  const { input } = await called('AmazonSQS.SendMessage');
  expect(input.QueueUrl).toBe(`${server?.endpoint}/000000000000/dead`);
  expect(JSON.parse(String(input.MessageBody))).toEqual({
    requestContext: {
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:function',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 1,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    DDBStreamBatchInfo: {
      shardId: 'shard',
      startSequenceNumber: '100',
      endSequenceNumber: '100',
      approximateArrivalOfFirstRecord: '2026-01-01T00:00:00Z',
      approximateArrivalOfLastRecord: '2026-01-01T00:00:00Z',
      batchSize: 1,
      streamArn: STREAM_ARN,
    },
  });
});

test("the events process delivers a queue's messages to its function by long polling, and deletes them", async () => {
  const { called, message } = await start(
    'exports.handler = async ({ Records }) => console.log(Records[0].body, Records[0].eventSource)',
    mapping({ source: { queue: QUEUE_ARN } }),
  );
  expect((await called('AmazonSQS.ReceiveMessage')).input).toMatchObject({
    QueueUrl: `${server?.endpoint}/000000000000/q`,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 20,
  });
  expect(await message('log')).toMatchObject({ log: { text: 'body aws:sqs' } });
  expect((await called('AmazonSQS.DeleteMessageBatch')).input).toMatchObject({
    Entries: [{ Id: '0', ReceiptHandle: 'handle' }],
  });
});

test('the events process stops on a stop message', async () => {
  const { message, process: started } = await start('exports.handler = async () => {}', mapping({}));
  await message('checkpoint');
  started.send({ stop: true });
  expect(await once(started, 'exit')).toEqual([0, null]);
});

test('the events process ends when its supervisor disconnects', async () => {
  const { message, process: started } = await start('exports.handler = async () => {}', mapping({}));
  await message('ready');
  started.disconnect();
  expect(await once(started, 'exit')).toEqual([0, null]);
});

test('the events process does not leave a function running when it is killed', async () => {
  const { called, process: started } = await start(
    `exports.handler = () => fetch(process.env.AWS_ENDPOINT_URL, {
      method: 'POST', body: '{}', headers: { 'x-amz-target': 'Never.Answered' },
    })`,
    mapping({}),
  );
  const { closed } = await called('Never.Answered');
  started.kill('SIGKILL');
  await closed;
});

test.each<[string, Partial<EventSourceBlueprint>, string]>([
  ['function', { functionArn: 'other' }, 'Mapping: there is no function other'],
  ['stream', { source: { stream: 'other' } }, 'Mapping: no table has the stream other'],
  ['queue', { source: { queue: 'other' } }, 'Mapping: there is no queue other'],
  ['filter', { filters: ['{"a":1}'] }, 'Mapping: event pattern: .a must be an object or an array, got 1'],
])('the events process reports in one sentence a mapping with an invalid %s', async (_, settings, sentence) => {
  const { message } = await start('', mapping(settings));
  expect(await message('failed')).toEqual({ failed: sentence });
});
