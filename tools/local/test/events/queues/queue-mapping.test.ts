import { queueEventRecord } from '../../../events/queues/queue-event';
import { QueueMapping, type QueueMappingOptions } from '../../../events/queues/queue-mapping';
import { failure, type Outcome } from '../../../functions/outcome';
import { Time, until } from '../time';
import { MemoryQueue } from './memory-queue';

const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:q';
const FAILED = failure('Unhandled', { errorType: 'Error', errorMessage: 'boom' });
const SUCCEEDED: Outcome = { payload: null };

let running: QueueMapping[] = [];

afterEach(async () => {
  await Promise.all(running.map((mapping) => mapping.stop()));
  running = [];
});

function run(
  queue: MemoryQueue,
  answer: (ids: string[]) => Outcome | Promise<Outcome> = () => SUCCEEDED,
  {
    mapping,
    ...options
  }: Partial<Omit<QueueMappingOptions, 'mapping'>> & { mapping?: Partial<QueueMappingOptions['mapping']> } = {},
) {
  const time = new Time();
  const batches: string[][] = [];
  const errors: unknown[] = [];
  const started = new QueueMapping({
    queue,
    fifo: false,
    concurrency: 2,
    recordOf: (message) => queueEventRecord(message, QUEUE_ARN, 'us-east-1'),
    passes: () => true,
    invoke: async ({ Records }) => {
      const ids = Records.map(({ messageId }) => messageId);
      batches.push(ids);
      return answer(ids);
    },
    onError: (error) => errors.push(error),
    wait: time.wait,
    now: time.now,
    ...options,
    mapping: {
      logicalId: 'Mapping',
      functionArn: 'function',
      batchSize: 10,
      maximumBatchingWindowSeconds: 0,
      filters: [],
      reportBatchItemFailures: false,
      maximumRetryAttempts: -1,
      bisectBatchOnFunctionError: false,
      startingPosition: 'LATEST',
      ...mapping,
    },
  });
  running.push(started);
  return { time, batches, errors, mapping: started };
}

/** Answers to invocations that stay open until the test resolves them. */
function manualAnswers() {
  const answers: ((outcome: Outcome) => void)[] = [];
  return { answers, answer: () => new Promise<Outcome>((resolve) => answers.push(resolve)) };
}

test('a record of a queue has the format of Lambda', () => {
  const message = {
    MessageId: 'id',
    ReceiptHandle: 'handle',
    Body: 'body',
    MD5OfBody: 'md5',
    MD5OfMessageAttributes: 'md5a',
    Attributes: { ApproximateReceiveCount: '1' },
    MessageAttributes: { a: { DataType: 'String', StringValue: 'x' }, b: { DataType: 'Binary', BinaryValue: 'eA==' } },
  };
  expect(queueEventRecord(message, QUEUE_ARN, 'us-east-1')).toEqual({
    messageId: 'id',
    receiptHandle: 'handle',
    body: 'body',
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {
      a: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
      b: { binaryValue: 'eA==', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
    },
    md5OfMessageAttributes: 'md5a',
    md5OfBody: 'md5',
    eventSource: 'aws:sqs',
    eventSourceARN: QUEUE_ARN,
    awsRegion: 'us-east-1',
  });
});

test('a queue mapping delivers messages in batches and deletes those that the function has processed', async () => {
  const queue = new MemoryQueue('1', '2', '3');
  const { batches } = run(queue, undefined, { mapping: { batchSize: 2 } });
  await until(() => queue.deleted.length === 3);
  expect(batches).toEqual([['1', '2'], ['3']]);
});

test.each<[string, Outcome]>([
  ['the function fails', FAILED],
  ['the failure report is invalid', { payload: { batchItemFailures: [{ itemIdentifier: 'other' }] } }],
])('a queue mapping deletes no message of a batch if %s', async (_, outcome) => {
  const queue = new MemoryQueue('1', '2');
  let failures = 1;
  const { batches } = run(queue, () => (failures-- > 0 ? outcome : SUCCEEDED), {
    mapping: { reportBatchItemFailures: true },
  });
  await until(() => batches.length === 1);
  queue.send('3');
  await until(() => queue.deleted.length > 0);
  expect(queue.deleted).toEqual(['3']);
});

test('a queue mapping deletes the messages that the function does not report as failed', async () => {
  const queue = new MemoryQueue('1', '2', '3');
  run(queue, () => ({ payload: { batchItemFailures: [{ itemIdentifier: '2' }] } }), {
    mapping: { reportBatchItemFailures: true },
  });
  await until(() => queue.deleted.length > 0);
  expect(queue.deleted).toEqual(['1', '3']);
});

test('a queue mapping deletes messages that do not match the filter, without invoking the function', async () => {
  const queue = new MemoryQueue('1', '2');
  const { batches } = run(queue, undefined, { passes: ({ body }) => body === '2' });
  await until(() => queue.deleted.length === 2);
  expect({ batches, deleted: queue.deleted }).toEqual({ batches: [['2']], deleted: ['1', '2'] });
});

test('a queue mapping invokes the function up to its maximum concurrency and receives no more messages meanwhile', async () => {
  const queue = new MemoryQueue('1', '2', '3');
  const { answers, answer } = manualAnswers();
  const { batches } = run(queue, answer, { mapping: { batchSize: 1 }, concurrency: 2 });
  await until(() => answers.length === 2);
  await new Promise(setImmediate);
  expect({ batches, counts: queue.counts }).toEqual({ batches: [['1'], ['2']], counts: [2] });
  answers[0]?.(SUCCEEDED);
  await until(() => answers.length === 3);
  expect(queue.counts).toEqual([2, 1]);
  answers[1]?.(SUCCEEDED);
  answers[2]?.(SUCCEEDED);
});

test('a queue mapping receives one batch at a time from a FIFO queue', async () => {
  const queue = new MemoryQueue('1', '2', '3');
  const { batches } = run(queue, undefined, { fifo: true, concurrency: 5, mapping: { batchSize: 1 } });
  await until(() => batches.length === 3);
  expect(queue.counts.slice(0, 3)).toEqual([1, 1, 1]);
});

test('a queue mapping fills a batch for the duration of its window', async () => {
  const queue = new MemoryQueue('1');
  const { batches } = run(queue, undefined, { mapping: { batchSize: 12, maximumBatchingWindowSeconds: 5 } });
  await until(() => queue.counts.length === 2);
  expect(batches).toEqual([]);
  queue.send('2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13');
  await until(() => batches.length === 1);
  expect(batches[0]).toHaveLength(12);
});

test('a queue mapping reports an error of the queue and continues after an increasing delay', async () => {
  const queue = new MemoryQueue('1');
  queue.failures.push(new Error('no'), new Error('no'));
  const { batches, errors, time } = run(queue);
  await until(() => batches.length === 1);
  expect({ errors: errors.length, waits: time.waits }).toEqual({ errors: 2, waits: [100, 200] });
});

test('a queue mapping that is stopped receives nothing more, waits for its invocations and deletes their messages', async () => {
  const queue = new MemoryQueue('1');
  const { answers, answer } = manualAnswers();
  const { mapping, errors } = run(queue, answer);
  await until(() => answers.length === 1);
  const stopped = mapping.stop();
  answers[0]?.(SUCCEEDED);
  await stopped;
  expect({ deleted: queue.deleted, errors }).toEqual({ deleted: ['1'], errors: [] });
});
