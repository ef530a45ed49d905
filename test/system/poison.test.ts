import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type _Record,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { type Addresses, type FunctionBlueprint, Functions, loadAssembly } from '../../tools/local';
import type { Delivery } from '../../lib';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { operatorConfig } from './aws-at-desk';
import { closeClients, Received, newClient, upTo } from './clients';
import { AppQueue } from './letters';
import { type Row, TableRows } from './table-rows';

jest.setTimeout(60_000);

const assembly = synthesized((app) => {
  const { queue, push } = stageStack('dev', {}, app).twinlane.delivery as Delivery;
  // Five attempts, a second apart, instead of twenty, three minutes apart.
  const resource = queue.node.defaultChild as CfnQueue;
  resource.visibilityTimeout = 1;
  resource.addPropertyOverride('RedrivePolicy.maxReceiveCount', 5);
  // All hints are lost, so that all messages take the long way.
  for (const each of push?.node.findAll() ?? []) {
    if (each instanceof CfnEventSourceMapping) {
      each.enabled = false;
    }
  }
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
  it('is moved to the dead-letter queue at its first reception, while other entries are delivered', async () => {
    const { received, publish } = await listener('beside');
    const from = runner.printed.length;
    await queue.send('no delivery');
    await publish('beside it');
    expect(await received.until(1)).toEqual([1]);
    expect(await undelivered.take()).toBe('no delivery');
    const attempts = runner.printed.slice(from).filter(({ text = '' }) => text.includes('delivery_unreadable'));
    expect(attempts.length).toBe(1);
  });
});

describe('an unreadable record of the stream', () => {
  it('is moved to the dead-letter queue at once, and later messages of all topics are delivered', async () => {
    const [its, other] = [await listener('its'), await listener('other')];
    await its.publish('before');
    await putUnreadable(its.topic, 9);
    await Promise.all([its.publish('after'), other.publish('after')]);
    expect(await its.received.until(2)).toEqual(upTo(2));
    expect(await other.received.until(1)).toEqual([1]);
    expect(JSON.parse(await undispatched.take())).toMatchObject({ dynamodb: { NewImage: { data: { S: 'no JSON' } } } });
  });
});

describe('a topic whose shards cannot be read', () => {
  it('delays no other topic, and is delivered when they can be read', async () => {
    const [its, other] = [await listener('its'), await listener('other')];
    const plan = (await connections.all()).find(({ pk, sk }) => sk?.S === 'SHARDS' && pk?.S?.endsWith(its.topic));
    await connections.put({ ...plan, generations: { S: 'broken' } });
    await its.publish('while its shards cannot be read');
    await other.publish('meanwhile');
    expect(await other.received.until(1)).toEqual([1]);
    expect(its.received.messages).toEqual([]);

    await connections.put(plan as Row);
    expect(await its.received.until(1)).toEqual([1]);
  });
});

describe('the procedure for dead letters in docs/delivery.md', () => {
  it('dispatches the messages of records that dispatch set aside', async () => {
    const { topic, received, publish } = await listener('its');
    await publish('before');
    await putUnreadable(topic, 2);
    const letter = await undispatched.take();
    const repaired = letter.replace('no JSON', '\\"repaired\\"');

    expect(await invokeDispatch({ Records: [JSON.parse(repaired)] })).toEqual({ batchItemFailures: [] });
    expect(await received.until(2)).toEqual(upTo(2));
    expect(received.messages.at(-1)).toMatchObject({ data: 'repaired' });
  });

  it('dispatches the messages of records that Lambda describes', async () => {
    const { received, publish } = await listener('its');
    const repair = await breakCode('Dispatch');
    await publish('while dispatch is broken');
    const deadLetter = JSON.parse(await undispatched.take());
    expect(received.messages).toEqual([]);

    await repair();
    expect(await invokeDispatch({ Records: await recordsOf(deadLetter) })).toEqual({ batchItemFailures: [] });
    expect(await received.until(1)).toEqual([1]);
  });

  it('delivers the messages of a dead letter of deliver', async () => {
    const { received, publish } = await listener('its');
    const repair = await breakCode('Deliver');
    await publish('while deliver is broken');
    const letter = await undelivered.first();
    expect(letter).toContain('while deliver is broken');
    expect(received.messages).toEqual([]);

    await repair();
    await undelivered.moveTo(queue);
    expect(await received.until(1)).toEqual([1]);
  });
});

/** Adds a message to the log whose data is not JSON. */
async function putUnreadable(topic: string, sequence: number): Promise<void> {
  const first = (await log.all()).find(({ pk, sk }) => sk?.S?.startsWith('MESSAGE#') && pk?.S?.endsWith(topic));
  const sk = { S: `MESSAGE#${first?.epoch?.S}#${String(sequence).padStart(16, '0')}` };
  await log.put({ ...first, sk, sequence: { N: String(sequence) }, data: { S: 'no JSON' } } as Row);
}

/** Replaces the code of a function with code that fails. @returns a function that restores it */
async function breakCode(name: string): Promise<() => Promise<void>> {
  const file = join(directoryOf(name), 'index.js');
  const code = readFileSync(file);
  writeFileSync(file, 'exports.handler = async () => { throw new Error("broken by a deployment"); };');
  await restartEvents();
  return async () => {
    writeFileSync(file, code);
    await restartEvents();
  };
}

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
    const { payload } = await functions.invoke(functionOf('Dispatch').arn, event);
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
