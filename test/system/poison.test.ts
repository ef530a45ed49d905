import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type _Record,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { type Addresses, type FunctionBlueprint, Functions, loadAssembly } from '@twinlane/local';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { operatorConfig } from './aws-at-desk';
import { closeClients, Received, newClient, upTo } from './clients';
import { AppQueue } from './letters';
import { type Row, TableRows } from './table-rows';

jest.setTimeout(60_000);

const assembly = synthesized((app) => {
  const { queue } = stageStack('dev', {}, app).twinlane.delivery;
  // Retry after a second instead of three minutes.
  (queue.node.defaultChild as CfnQueue).visibilityTimeout = 1;
});

const blueprint = loadAssembly(assembly);

let runner: StartedRunner;
let queue: AppQueue;
let undelivered: AppQueue;
let undispatched: AppQueue;
let log: TableRows;
let connections: TableRows;

beforeAll(async () => {
  runner = await StartedRunner.start(['--app', assembly]);
  queue = await AppQueue.open(runner, 'DeliveryQueue');
  undelivered = await AppQueue.open(runner, 'DeliverDeadLetters');
  undispatched = await AppQueue.open(runner, 'DispatchDeadLetters');
  log = await TableRows.open(runner, 'MessageLog');
  connections = await TableRows.open(runner, 'Connection');
});

afterEach(closeClients);

afterAll(async () => {
  for (const opened of [queue, undelivered, undispatched, log, connections]) {
    opened?.close();
  }
  await runner?.stop();
});

/** Subscribes to a new topic without reading its history, so that all received messages were pushed. */
async function listener(name: string) {
  const topic = `${name}:${randomUUID()}`;
  const client = newClient(runner, { gapWithin: 3_600_000 });
  const received = new Received();
  await client.subscribe(topic, received.handler).ready;
  return { topic, received, publish: (data: string) => client.publish(topic, data) };
}

describe('an unreadable entry of the delivery queue', () => {
  it('is moved to the dead-letter queue after five attempts, while other entries are delivered', async () => {
    const { received, publish } = await listener('beside');
    const from = runner.printed.length;
    await queue.send('no delivery');
    await publish('beside it');
    expect(await received.until(1)).toEqual([1]);
    expect(await undelivered.take()).toBe('no delivery');
    const attempts = runner.printed.slice(from).filter(({ text = '' }) => text.includes('delivery_unreadable'));
    expect(attempts.length).toBe(5);
  });
});

describe('an unreadable record of the stream', () => {
  it('is reported in the dead-letter queue, and later messages of all topics are delivered', async () => {
    const [its, other] = [await listener('its'), await listener('other')];
    await its.publish('before');
    const head = (await log.all()).find(({ pk, sk }) => sk?.S === 'HEAD' && pk?.S?.endsWith(its.topic));
    await log.put({ ...head, sk: { S: 'MESSAGE#unreadable' }, data: { S: 'no JSON' } });
    await Promise.all([its.publish('after'), other.publish('after')]);
    expect(await its.received.until(2)).toEqual(upTo(2));
    expect(await other.received.until(1)).toEqual([1]);
    expect(JSON.parse(await undispatched.take())).toMatchObject({ DDBStreamBatchInfo: { batchSize: 1 } });
  });
});

describe('the procedure for dead letters in docs/delivery.md', () => {
  it('dispatches the messages of a dead letter of dispatch', async () => {
    const [its, other] = [await listener('its'), await listener('other')];
    const plan = (await connections.all()).find(({ pk, sk }) => sk?.S === 'SHARDS' && pk?.S?.endsWith(its.topic));
    await connections.put({ ...plan, generations: { S: 'broken' } });
    await its.publish('while dispatch cannot find the subscribers');
    await other.publish('meanwhile');
    const deadLetter = JSON.parse(await undispatched.take());
    expect(await other.received.until(1)).toEqual([1]);
    expect(its.received.messages).toEqual([]);

    await connections.put(plan as Row);
    expect(await invokeDispatch({ Records: await recordsOf(deadLetter) })).toEqual({ batchItemFailures: [] });
    expect(await its.received.until(1)).toEqual([1]);
  });

  it('delivers the messages of a dead letter of deliver', async () => {
    const { received, publish } = await listener('its');
    const file = join(directoryOf('Deliver'), 'index.js');
    const code = readFileSync(file);
    writeFileSync(file, 'exports.handler = async () => { throw new Error("broken by a deployment"); };');
    await restartEvents();
    await publish('while deliver is broken');
    const letter = await undelivered.first();
    expect(letter).toContain('while deliver is broken');
    expect(received.messages).toEqual([]);

    writeFileSync(file, code);
    await restartEvents();
    await undelivered.moveBack();
    expect(await received.until(1)).toEqual([1]);
  });
});

/** Kills the process of the functions, so that they are loaded again. */
async function restartEvents(): Promise<void> {
  const from = runner.printed.length;
  process.kill(runner.child('events').pid, 'SIGKILL');
  await runner.says(({ text }) => text === 'The events process serves again', from);
}

function functionOf(name: string): FunctionBlueprint {
  const found = blueprint.functions.find(({ logicalId }) => logicalId.includes(`Delivery${name}`));
  if (!found) {
    throw new Error(`There is no function ${name}`);
  }
  return found;
}

/** @returns the folder of a function's code */
function directoryOf(name: string): string {
  const { code } = functionOf(name);
  return 'directory' in code ? code.directory : '';
}

/** Replaces `aws lambda invoke`, which the runner does not support. Invokes dispatch as the runner does. */
async function invokeDispatch(event: object): Promise<unknown> {
  const { port: none, ...managed } = { port: 0, ...runner.endpoint('websocket') };
  const addresses: Addresses = {
    awsEndpoint: runner.ready.awsEndpoint,
    webSocketApis: {
      [managed.logicalId]: { port: none, url: managed.url, managementUrl: managed.managementUrl ?? '' },
    },
    loadBalancers: {},
  };
  const functions = new Functions(blueprint, addresses, 'events', () => undefined);
  try {
    const { payload } = await functions.invoke(functionOf('Dispatch').name, event);
    return payload;
  } finally {
    await functions.close();
  }
}

/** @returns the records of messages between the first and the last record of a dead letter. */
async function recordsOf({ DDBStreamBatchInfo }: { DDBStreamBatchInfo: Record<string, string> }): Promise<_Record[]> {
  const {
    streamArn: StreamArn,
    shardId: ShardId,
    startSequenceNumber: SequenceNumber,
    endSequenceNumber,
  } = DDBStreamBatchInfo;
  const client = new DynamoDBStreamsClient(operatorConfig(runner));
  try {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber }),
    );
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 100 }));
    const last = Records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === endSequenceNumber);
    return Records.slice(0, last + 1).filter(({ dynamodb }) => dynamodb?.Keys?.sk?.S?.startsWith('MESSAGE#'));
  } finally {
    client.destroy();
  }
}
