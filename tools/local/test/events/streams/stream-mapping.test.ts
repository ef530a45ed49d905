import type { StreamEventRecord } from '../../../events/streams/stream-event';
import { StreamMapping, type StreamMappingOptions } from '../../../events/streams/stream-mapping';
import { failure, type Outcome, throttled } from '../../../functions/outcome';
import { Time, until } from '../time';
import { MemoryStream } from './memory-stream';

const STREAM_ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000';
const FAILED = failure('Unhandled', { errorType: 'Error', errorMessage: 'boom' });
const SUCCEEDED: Outcome = { payload: null };

interface Run {
  time: Time;
  mapping: StreamMapping;
  /** Names of the records of each invocation. */
  batches: string[][];
  events: { Records: readonly StreamEventRecord[] }[];
  done: string[];
  discarded: { names: string[]; retries: number; shardId: string }[];
  errors: unknown[];
}

let running: StreamMapping[] = [];

afterEach(async () => {
  await Promise.all(running.map((mapping) => mapping.stop()));
  running = [];
});

function run(
  stream: MemoryStream,
  answer: (names: string[]) => Outcome | Promise<Outcome> = () => SUCCEEDED,
  {
    mapping,
    ...options
  }: Partial<Omit<StreamMappingOptions, 'mapping'>> & { mapping?: Partial<StreamMappingOptions['mapping']> } = {},
): Run {
  const time = new Time();
  const seen = { batches: [], events: [], done: [], discarded: [], errors: [] } as Omit<Run, 'time' | 'mapping'>;
  const started = new StreamMapping({
    stream,
    streamArn: STREAM_ARN,
    checkpoints: {},
    passes: () => true,
    wait: time.wait,
    now: time.now,
    invoke: async (event) => {
      const names = namesOf(event.Records);
      seen.events.push(event);
      seen.batches.push(names);
      return answer(names);
    },
    discard: async ({ records, retries }, shardId) => {
      seen.discarded.push({ names: namesOf(records), retries, shardId });
    },
    done: (sequenceNumber) => seen.done.push(sequenceNumber),
    onError: (error) => seen.errors.push(error),
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
      startingPosition: 'TRIM_HORIZON',
      ...mapping,
    },
  });
  running.push(started);
  return { time, mapping: started, ...seen };
}

function namesOf(records: readonly StreamEventRecord[]): string[] {
  return records.map(({ dynamodb }) => dynamodb.SequenceNumber);
}

const partial = (...names: string[]): Outcome => ({
  payload: { batchItemFailures: names.map((itemIdentifier) => ({ itemIdentifier })) },
});

test('a stream mapping delivers records in the format of Lambda', async () => {
  const { events } = run(new MemoryStream('1'));
  await until(() => events.length === 1);
  expect(events).toEqual([
    {
      Records: [
        {
          eventID: 'id-1',
          eventName: 'INSERT',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'us-east-1',
          dynamodb: { SequenceNumber: '1', ApproximateCreationDateTime: 1767225600, Keys: { pk: { S: '1' } } },
          eventSourceARN: STREAM_ARN,
        },
      ],
    },
  ]);
});

test('a stream mapping delivers records in order, batch by batch, and those that are written later', async () => {
  const stream = new MemoryStream('1', '2', '3');
  const { batches } = run(stream, undefined, { mapping: { batchSize: 2 } });
  await until(() => batches.length === 2);
  stream.write('4');
  await until(() => batches.length === 3);
  expect(batches).toEqual([['1', '2'], ['3'], ['4']]);
});

test('a stream mapping waits for an invocation before the next one of the same shard', async () => {
  const answers: ((outcome: Outcome) => void)[] = [];
  const { batches } = run(new MemoryStream('1', '2'), () => new Promise((resolve) => answers.push(resolve)), {
    mapping: { batchSize: 1 },
  });
  await until(() => answers.length === 1);
  await new Promise(setImmediate);
  expect(batches).toEqual([['1']]);
  answers[0]?.(SUCCEEDED);
  await until(() => answers.length === 2);
  answers[1]?.(SUCCEEDED);
});

test('a stream mapping delivers only records that match the filter and counts the rest as done', async () => {
  const { batches, done } = run(new MemoryStream('1', '2', '3'), undefined, {
    passes: ({ dynamodb }) => dynamodb.SequenceNumber === '2',
  });
  await until(() => done.length > 0);
  expect({ batches, done: done[0] }).toEqual({ batches: [['2']], done: '3' });
});

test('a stream mapping does not invoke the function if all records are filtered out', async () => {
  const stream = new MemoryStream('1');
  const { batches } = run(stream, undefined, { passes: ({ dynamodb }) => dynamodb.SequenceNumber === '2' });
  await until(() => stream.reads > 2);
  stream.write('2');
  await until(() => batches.length > 0);
  expect(batches).toEqual([['2']]);
});

test('a stream mapping fills a batch for the duration of its window', async () => {
  const stream = new MemoryStream('1');
  const { batches, time } = run(stream, undefined, { mapping: { maximumBatchingWindowSeconds: 5 } });
  const start = time.now();
  await until(() => time.now() > start);
  stream.write('2');
  await until(() => batches.length === 1);
  expect(batches).toEqual([['1', '2']]);
  expect(time.now() - start).toBeGreaterThanOrEqual(5000);
});

test('a stream mapping does not wait for the window if a batch is full', async () => {
  const { batches, time } = run(new MemoryStream('1', '2'), undefined, {
    mapping: { batchSize: 2, maximumBatchingWindowSeconds: 300 },
  });
  const start = time.now();
  await until(() => batches.length === 1);
  expect(time.now() - start).toBeLessThan(5000);
});

test('a stream mapping retries a failed batch after increasing delays, before the records that follow', async () => {
  let failures = 3;
  const { batches, time } = run(new MemoryStream('1', '2'), () => (failures-- > 0 ? FAILED : SUCCEEDED), {
    mapping: { batchSize: 1 },
  });
  await until(() => batches.length === 5);
  expect(batches).toEqual([['1'], ['1'], ['1'], ['1'], ['2']]);
  expect(time.waits.slice(0, 3)).toEqual([100, 200, 400]);
});

test('a stream mapping discards a batch that failed every attempt, and continues', async () => {
  const { batches, discarded } = run(
    new MemoryStream('1', '2', '3'),
    (names) => (names.includes('1') ? FAILED : SUCCEEDED),
    {
      mapping: { batchSize: 2, maximumRetryAttempts: 1 },
    },
  );
  await until(() => batches.length === 3);
  expect(batches).toEqual([['1', '2'], ['1', '2'], ['3']]);
  expect(discarded).toEqual([{ names: ['1', '2'], retries: 1, shardId: 'shard' }]);
});

test('a stream mapping splits a failed batch down to the record that fails', async () => {
  const { batches, discarded, done } = run(
    new MemoryStream('1', '2', '3', '4'),
    (names) => (names.includes('3') ? FAILED : SUCCEEDED),
    { mapping: { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 } },
  );
  await until(() => done.length > 0);
  expect(batches).toEqual([['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['4']]);
  expect(discarded).toEqual([{ names: ['3'], retries: 0, shardId: 'shard' }]);
});

test('a stream mapping continues with the earliest record that the function reports as failed', async () => {
  let reports = 1;
  const { batches } = run(new MemoryStream('1', '2', '3'), () => (reports-- > 0 ? partial('3', '2') : partial()), {
    mapping: { reportBatchItemFailures: true },
  });
  await until(() => batches.length === 2);
  expect(batches).toEqual([
    ['1', '2', '3'],
    ['2', '3'],
  ]);
});

test('a stream mapping ignores a failure report that its settings do not enable', async () => {
  const { batches, done } = run(new MemoryStream('1', '2'), () => partial('2'));
  await until(() => done.length > 0);
  expect(batches).toEqual([['1', '2']]);
});

test('a stream mapping retries the whole batch if the failure report is invalid', async () => {
  let reports = 1;
  const { batches } = run(new MemoryStream('1', '2'), () => (reports-- > 0 ? partial('9') : SUCCEEDED), {
    mapping: { reportBatchItemFailures: true },
  });
  await until(() => batches.length === 2);
  expect(batches).toEqual([
    ['1', '2'],
    ['1', '2'],
  ]);
});

test('a stream mapping does not count a throttled invocation as an attempt', async () => {
  let refusals = 5;
  const { batches, discarded, done } = run(new MemoryStream('1'), () => (refusals-- > 0 ? throttled() : SUCCEEDED), {
    mapping: { maximumRetryAttempts: 0 },
  });
  await until(() => done.length > 0);
  expect(batches).toHaveLength(6);
  expect(discarded).toEqual([]);
});

test('a stream mapping with the starting position LATEST delivers only new records', async () => {
  const stream = new MemoryStream('1');
  const { batches, time } = run(stream, undefined, { mapping: { startingPosition: 'LATEST' } });
  await until(() => time.waits.length > 0);
  stream.write('2');
  await until(() => batches.length === 1);
  expect(batches).toEqual([['2']]);
});

test('a stream mapping continues after the checkpoint of an earlier process', async () => {
  const { batches } = run(new MemoryStream('1', '2', '3'), undefined, { checkpoints: { shard: '2' } });
  await until(() => batches.length === 1);
  expect(batches).toEqual([['3']]);
});

test('a stream mapping reports its position only after the records are processed', async () => {
  let failures = 1;
  const { batches, done } = run(new MemoryStream('1', '2'), () => (failures-- > 0 ? FAILED : SUCCEEDED), {
    mapping: { batchSize: 1 },
  });
  await until(() => batches.length === 1);
  expect(done).toEqual([]);
  await until(() => done.includes('2'));
  expect(done.slice(0, 2)).toEqual(['1', '2']);
});

test.each(['ExpiredIteratorException', 'InternalServerError', 'AccessDeniedException'])(
  'a stream mapping reports the error %s and continues to read',
  async (name) => {
    const stream = new MemoryStream('1');
    const { batches, errors } = run(stream);
    await until(() => batches.length === 1);
    stream.failures.push(name);
    await until(() => errors.length === 1);
    stream.write('2');
    await until(() => batches.length === 2);
    expect(batches).toEqual([['1'], ['2']]);
    expect(errors).toEqual([expect.objectContaining({ name })]);
  },
);

test('a stream mapping starts at the trim horizon if its position was trimmed', async () => {
  const stream = new MemoryStream('1', '2');
  stream.failures.push('TrimmedDataAccessException');
  const { batches, errors } = run(stream, undefined, { checkpoints: { shard: '1' } });
  await until(() => batches.length === 1);
  expect({ batches, errors }).toEqual({ batches: [['1', '2']], errors: [] });
});

test('a stream mapping reads a shard after its parent', async () => {
  const stream = new MemoryStream('1', '2');
  stream.open('child', 'shard');
  stream.write('3');
  stream.close('shard');
  const { batches } = run(stream, undefined, { mapping: { batchSize: 1 } });
  await until(() => batches.length === 3);
  expect(batches).toEqual([['1'], ['2'], ['3']]);
});

test('a stream mapping that is stopped reads nothing more and waits for its invocations', async () => {
  let answer: (outcome: Outcome) => void = () => undefined;
  const { mapping, batches } = run(
    new MemoryStream('1', '2'),
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
    { mapping: { batchSize: 1 } },
  );
  await until(() => batches.length === 1);
  const stopped = mapping.stop();
  expect(await Promise.race([stopped, new Promise((resolve) => setImmediate(resolve, 'running'))])).toBe('running');
  answer(SUCCEEDED);
  await stopped;
  expect(batches).toEqual([['1']]);
});

test('a stream mapping can be stopped between retries', async () => {
  const { mapping, batches, done } = run(new MemoryStream('1'), () => FAILED);
  await until(() => batches.length > 1);
  await mapping.stop();
  expect(done).toEqual([]);
});

test('a stream mapping polls an idle shard four times a second', async () => {
  const { time } = run(new MemoryStream());
  await until(() => time.waits.length > 4);
  expect(new Set(time.waits)).toEqual(new Set([250]));
});

test('a stream mapping delivers the records of a shard while an invocation for another shard is running', async () => {
  const stream = new MemoryStream('1');
  stream.open('other');
  stream.write('2', '3');
  let answer: (outcome: Outcome) => void = () => undefined;
  const { batches } = run(
    stream,
    (names) => (names.includes('1') ? new Promise((resolve) => (answer = resolve)) : SUCCEEDED),
    { mapping: { batchSize: 1 } },
  );
  await until(() => batches.length === 3);
  answer(SUCCEEDED);
  expect(batches).toEqual(expect.arrayContaining([['1'], ['2'], ['3']]));
});

test('a stream mapping does not read a child shard while a record of its parent fails', async () => {
  const stream = new MemoryStream('1');
  stream.open('child', 'shard');
  stream.write('2');
  stream.close('shard');
  let failures = 3;
  const { batches } = run(stream, () => (failures-- > 0 ? FAILED : SUCCEEDED));
  await until(() => batches.length === 5);
  expect(batches).toEqual([['1'], ['1'], ['1'], ['1'], ['2']]);
});

test('a stream mapping with the starting position LATEST continues at the first record of the child of a known shard', async () => {
  const stream = new MemoryStream('1', '2');
  stream.open('child', 'shard');
  stream.close('shard');
  stream.open('grandchild', 'child');
  stream.write('3');
  stream.close('child');
  const { batches } = run(stream, undefined, {
    mapping: { startingPosition: 'LATEST', batchSize: 1 },
    checkpoints: { shard: '1' },
  });
  await until(() => batches.length === 2);
  expect(batches).toEqual([['2'], ['3']]);
});

test('a stream mapping with the starting position LATEST that had only records of one shard gets those of another one', async () => {
  const stream = new MemoryStream('1');
  stream.open('other');
  stream.write('2');
  const { batches } = run(stream, undefined, {
    mapping: { startingPosition: 'LATEST' },
    checkpoints: { shard: '1' },
  });
  await until(() => batches.length === 1);
  expect(batches).toEqual([['2']]);
});

test('a stream mapping continues with the child of a closed shard without a pause', async () => {
  const stream = new MemoryStream();
  stream.open('child', 'shard');
  stream.close('shard');
  stream.write('1');
  const earlier: number[][] = [];
  const { time } = run(stream, () => {
    earlier.push([...time.waits]);
    return SUCCEEDED;
  });
  await until(() => earlier.length === 1);
  expect(earlier).toEqual([[]]);
});

test('a stream mapping reads the new shards of a stream that was created again', async () => {
  const stream = new MemoryStream('1');
  const { batches, errors } = run(stream);
  await until(() => batches.length === 1);
  stream.clear();
  stream.open('new');
  stream.write('2');
  await until(() => batches.length === 2);
  expect({ batches, errors }).toEqual({ batches: [['1'], ['2']], errors: [] });
});
