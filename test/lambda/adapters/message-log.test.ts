import { randomUUID } from 'node:crypto';
import { cancelled, Failure } from '../../../tools/local';
import { DynamoMessageLog } from '../../../lambda/adapters/message-log';
import { messageKey } from '../../../lambda/adapters/kept-messages';
import { Table } from '../../../lambda/adapters/table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { type Clock, Unavailable } from '../../../lambda/realtime/ports';
import type { Message } from '../../../client/protocol';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../../support/embedded/dynamodb';
import { ManualClock } from '../../support/memory/clock';

let dynamo: EmbeddedDynamoDB;
beforeAll(async () => {
  dynamo = await embeddedDynamoDB('log');
});
afterAll(() => dynamo.close());

let topics = 0;
const newTopic = () => `topic:${topics++}`;
const draft = (topic: string, id = 'a') => ({
  topic,
  id,
  data: id,
  publishedAt: '2026-01-01T00:00:00.000Z',
  subject: '',
});
const open = (clock: Clock) =>
  new DynamoMessageLog({
    table: new Table(dynamo.client, 'log', clock),
    retentionSeconds: 3600,
    clock,
    newId: randomUUID,
  });

const busy = (Code: string) => ({ answer: cancelled([{ Code }, { Code: 'None' }, { Code: 'None' }]), done: false });
const failure = (status: number, type: string) =>
  new Failure(`com.amazonaws.dynamodb.v20120810#${type}`, 'interrupted', status);

it('appends of several processes get the sequences 1 to 100 without a gap', async () => {
  // Waits of 0 ms: time stands still, so that on a slow machine no append reaches its deadline of 4 s.
  const logs = Array.from({ length: 4 }, () => open(new ManualClock(0, () => 0)));
  const topic = newTopic();
  const appends = Array.from({ length: 25 }, (_, index) =>
    logs.map((log, at) => log.append(draft(topic, `${at}-${index}`))),
  );
  const messages = await Promise.all(appends.flat());
  const sequences = messages.map((message) => (message === 'conflict' ? 0 : message.sequence)).sort((a, b) => a - b);
  expect(sequences).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
}, 20_000);

it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
  'the message log retries an append with jitter after %s',
  async (code) => {
    const clock = new ManualClock(0, () => 0.5);
    dynamo.interrupt(busy(code), busy(code), busy(code));
    expect(await open(clock).append(draft(newTopic()))).toMatchObject({ sequence: 1 });
    expect(clock.waits).toEqual([10, 20, 40]);
  },
);

it('the message log retries an append if the whole request is throttled', async () => {
  const throttled = { answer: failure(400, 'ThrottlingException'), done: false };
  dynamo.interrupt(throttled);
  expect(await open(new ManualClock()).append(draft(newTopic()))).toMatchObject({ sequence: 1 });
});

it('an append is unavailable, and nothing is written, if transactions conflict until the deadline', async () => {
  const clock = new ManualClock(0, () => 0.999);
  const log = open(clock);
  const topic = newTopic();
  dynamo.interrupt(...Array.from({ length: 28 }, () => busy('TransactionConflict')));
  await expect(log.append(draft(topic))).rejects.toThrow(Unavailable);
  expect(clock.now()).toBeGreaterThan(3000);
  expect(clock.now()).toBeLessThanOrEqual(4000);
  expect(await log.positions([topic])).toEqual({ [topic]: { epoch: '', sequence: 0 } });
});

it('an append that waited for its turn beyond its deadline is unavailable, and is not made later', async () => {
  const clock = new ManualClock();
  const topic = newTopic();
  let second: Promise<unknown> | undefined;
  const slow: OperationCaller = {
    call: async (operation, input) => {
      if (operation === 'TransactWriteItems') {
        second ??= Promise.resolve(log.append(draft(topic, 'b')).catch((error: unknown) => error));
        clock.advance(5000);
      }
      return dynamo.client.call(operation, input);
    },
  };
  const log: DynamoMessageLog = new DynamoMessageLog({
    table: new Table(slow, 'log', clock),
    retentionSeconds: 3600,
    clock,
    newId: randomUUID,
  });
  expect(await log.append(draft(topic, 'a'))).toMatchObject({ sequence: 1 });
  expect(await second).toEqual(expect.any(Unavailable));
  expect(await log.positions([topic])).toMatchObject({ [topic]: { sequence: 1 } });
});

it('an append reads the head once, even if that takes longer than a prepared head is kept', async () => {
  const clock = new ManualClock();
  const operations: string[] = [];
  const slow: OperationCaller = {
    async call(operation, input) {
      operations.push(operation);
      const answer = await dynamo.client.call(operation, input);
      clock.advance(150);
      return answer as never;
    },
  };
  const log = new DynamoMessageLog({
    table: new Table(slow, 'log', clock),
    retentionSeconds: 3600,
    clock,
    newId: randomUUID,
  });
  await log.append(draft(newTopic()));
  expect(operations).toEqual(['GetItem', 'TransactWriteItems']);
});

it('an append whose first response is lost returns the message that was written', async () => {
  const log = open(new ManualClock());
  const topic = newTopic();
  dynamo.interrupt({ answer: failure(500, 'InternalServerError'), done: true });
  expect(await log.append(draft(topic))).toMatchObject({ sequence: 1 });
  expect(await log.read(topic, 0, 10)).toMatchObject({ sequence: 1, messages: { length: 1 } });
});

it('an append throws a permanent error', async () => {
  dynamo.interrupt({ answer: failure(400, 'AccessDeniedException'), done: false });
  await expect(open(new ManualClock()).append(draft(newTopic()))).rejects.toThrow(
    expect.objectContaining({ name: 'AccessDeniedException' }),
  );
});

it('the message log does not return messages of a previous epoch', async () => {
  const clock = new ManualClock();
  const log = open(clock);
  const topic = newTopic();
  await log.append(draft(topic, 'a'));
  const table = new Table(dynamo.client, 'log', clock);
  await table.put({ pk: `TOPIC#${topic}`, sk: 'HEAD', epoch: 'restored', lastSequence: 1 });
  expect(await log.read(topic, 0, 10)).toMatchObject({
    epoch: 'restored',
    sequence: 1,
    recovered: false,
    messages: [],
  });
  expect(await log.append(draft(topic, 'b'))).toMatchObject({ epoch: 'restored', sequence: 2 });
  expect(await log.read(topic, 1, 10)).toMatchObject({ recovered: true, messages: [{ id: 'b' }] });
});

it('a message of a previous epoch is not in the way of one with the same sequence, and both are kept', async () => {
  const clock = new ManualClock();
  const log = open(clock);
  const topic = newTopic();
  const before = [await log.append(draft(topic, 'a')), await log.append(draft(topic, 'b'))];
  const { epoch } = before[1] as Message;
  const table = new Table(dynamo.client, 'log', clock);
  await table.put({ pk: `TOPIC#${topic}`, sk: 'HEAD', epoch: 'restored', lastSequence: 1 });
  expect(await log.append(draft(topic, 'c'))).toMatchObject({ epoch: 'restored', sequence: 2 });
  expect(await log.read(topic, 1, 10)).toMatchObject({ recovered: true, messages: [{ id: 'c' }] });
  const kept = await table.getAll([epoch, 'restored'].map((each) => messageKey(topic, { epoch: each, sequence: 2 })));
  expect(kept.map(({ id }) => id).sort()).toEqual(['b', 'c']);
});

it('an id that was used before a restore is appended again in the new epoch, once', async () => {
  const clock = new ManualClock();
  const log = open(clock);
  const topic = newTopic();
  await log.append(draft(topic, 'a'));
  const table = new Table(dynamo.client, 'log', clock);
  await table.put({ pk: `TOPIC#${topic}`, sk: 'HEAD', epoch: 'restored', lastSequence: 1 });
  const again = await log.append(draft(topic, 'a'));
  expect(again).toMatchObject({ epoch: 'restored', sequence: 2 });
  expect(await log.append(draft(topic, 'a'))).toEqual(again);
});
