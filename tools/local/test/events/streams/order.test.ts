import { Database } from '../../../aws/dynamodb/database';
import { validated } from '../../../aws/dynamodb/engine';
import { StreamLog } from '../../../aws/streams/stream-log';
import { StreamsService } from '../../../aws/streams/streams-service';
import { dynamoStream } from '../../../events/streams/stream';
import { StreamMapping } from '../../../events/streams/stream-mapping';
import { failure } from '../../../functions/outcome';
import { table } from '../../aws/fixture';
import { Time, until } from '../time';

const TABLE = table('log', { streamViewType: 'NEW_IMAGE' });
const ITEMS = ['a', 'b', 'c', 'd'];
const SHARD_LIFETIME_MS = 2000;

/** A mapping of a real stream, with a clock that advances while the mapping waits. It can be started again. */
async function run(invoke: (changes: string[]) => boolean) {
  const time = new Time();
  const options = { tables: [TABLE], region: 'us-east-1', accountId: '000000000000', now: time.now };
  const database = await Database.open(options);
  const timing = { delayMs: 90, shardLifetimeMs: SHARD_LIFETIME_MS };
  const log = await StreamLog.open({ ...options, database, timing });
  const service = new StreamsService({ tables: [TABLE], database, log, now: time.now });
  const checkpoints: Record<string, string> = {};
  const shards = new Set<string>();
  const start = () =>
    new StreamMapping({
      stream: dynamoStream(
        (_service, operation, input) =>
          service.answer(operation, input as never, { permit: async () => undefined } as never),
        TABLE.streamArn ?? '',
      ),
      streamArn: TABLE.streamArn ?? '',
      checkpoints: { ...checkpoints },
      passes: () => true,
      invoke: async ({ Records }) => {
        const changes = Records.map(({ dynamodb }) => {
          const { pk, version } = dynamodb.NewImage as Record<'pk' | 'version', Record<string, string>>;
          return `${pk.S}${version.N}`;
        });
        return invoke(changes) ? { payload: null } : failure('Unhandled', { errorType: 'Error', errorMessage: 'boom' });
      },
      discard: async () => undefined,
      done: (sequenceNumber, shardId) => {
        shards.add(shardId);
        checkpoints[shardId] = sequenceNumber;
      },
      onError: (error) => {
        throw error;
      },
      wait: time.wait,
      now: time.now,
      mapping: {
        logicalId: 'Mapping',
        functionArn: 'function',
        batchSize: 3,
        maximumBatchingWindowSeconds: 0,
        filters: [],
        reportBatchItemFailures: false,
        maximumRetryAttempts: -1,
        bisectBatchOnFunctionError: false,
        startingPosition: 'TRIM_HORIZON',
      },
    });
  const write = (pk: string, version: number) => {
    const Item = { pk: { S: pk }, sk: { S: 'sk' }, version: { N: String(version) } };
    return database.write((draft) =>
      draft.act('PutItem', validated('PutItem', { TableName: TABLE.name, Item }, database.store)),
    );
  };
  return { time, start, write, shards, close: () => database.close() };
}

test('the changes of each item reach the function once and in order, while shards close and the mapping is restarted', async () => {
  const received: string[] = [];
  let invocations = 0;
  const stream = await run((changes) => {
    invocations += 1;
    // Every fifth invocation fails and is repeated.
    const succeeds = invocations % 5 > 0;
    received.push(...(succeeds ? changes : []));
    return succeeds;
  });
  try {
    let mapping = stream.start();
    const versions = Array.from({ length: 40 }, (_none, index) => index);
    for (const version of versions) {
      for (const item of ITEMS) {
        await stream.write(item, version);
      }
      const written = stream.time.now();
      await until(() => stream.time.now() > written + 300);
      if (version % 10 === 9) {
        await mapping.stop();
        mapping = stream.start();
      }
    }
    await until(() => received.length >= versions.length * ITEMS.length);
    await mapping.stop();
    const expected = ITEMS.map((item) => versions.map((version) => `${item}${version}`));
    expect(ITEMS.map((item) => received.filter((change) => change.startsWith(item)))).toEqual(expected);
    expect(stream.shards.size).toBeGreaterThan(6);
  } finally {
    await stream.close();
  }
});
