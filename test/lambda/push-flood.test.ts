import type { SQSRecord } from 'aws-lambda';
import { createHandler, type PushDependencies } from '../../lambda/push';
import type { Delivery, Hint } from '../../lambda/realtime/ports';
import { ManualClock } from '../support/memory/clock';
import { MemoryMetrics } from '../support/memory/metrics';

/** Number of hints of a flood. */
const FLOOD = 2000;

/** Batch size of the event source. */
const BATCH = 10;

const unused = (name: string) => (): never => {
  throw new Error(`push must not call ${name}`);
};

/** A push function that must not post, enqueue, mark, or read anything except hinted messages, of which there are none. */
function pushWithoutMessages() {
  const clock = new ManualClock();
  const reads: Hint[] = [];
  const push = createHandler({
    log: {
      read: async (hint: Hint) => {
        reads.push(hint);
        return [];
      },
      mark: unused('mark'),
    },
    connections: {
      availableShards: unused('availableShards'),
      shards: unused('shards'),
      subscribers: unused('subscribers'),
      forget: unused('forget'),
    },
    queue: {
      enqueue: async (deliveries: readonly Delivery[]) => {
        expect(deliveries).toEqual([]);
        return { transient: [], permanent: [] };
      },
    },
    outbox: { post: unused('post') },
    clock,
    logger: () => undefined,
    metrics: new MemoryMetrics(),
  } as unknown as PushDependencies);
  /** Passes a flood of hints that were sent at a time, in milliseconds since 1970. */
  const flood = async (sentAt: number) => {
    for (let batch = 0; batch < FLOOD / BATCH; batch += 1) {
      const bodies = Array.from({ length: BATCH }, (_, index) =>
        JSON.stringify({ topic: `acme/forged:${batch}:${index}`, epoch: 'forged', first: 1, last: 16 }),
      );
      const Records = bodies.map((body) => ({ body, attributes: { SentTimestamp: `${sentAt}` } }) as SQSRecord);
      await push({ Records });
    }
  };
  return { clock, reads, flood };
}

test('a flood of hints that waited for 2 seconds costs push no read', async () => {
  const { clock, reads, flood } = pushWithoutMessages();
  await flood(clock.now() - 2000);
  expect(reads).toEqual([]);
});

test('a flood of forged hints costs push one read of the log for each, and nothing else', async () => {
  const { clock, reads, flood } = pushWithoutMessages();
  await flood(clock.now());
  expect(reads).toHaveLength(FLOOD);
});
