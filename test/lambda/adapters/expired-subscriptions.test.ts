import { ConnectionTable } from '../../../lambda/adapters/connection-table';
import { Table } from '../../../lambda/adapters/table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import type { Subscribers } from '../../../lambda/realtime/ports';
import { ManualClock } from '../../support/memory/clock';
import { MemoryDynamoDB } from '../../support/memory/dynamodb';

const SHARD = { topic: 'news', number: 0 };

/** Creates a shard with expired subscriptions, followed by ones that are not. */
async function setUp({ expired, subscribed }: { expired: number; subscribed: number }) {
  const clock = new ManualClock();
  const dynamo = new MemoryDynamoDB({ tables: ['connections'] });
  let queries = 0;
  const counting: OperationCaller = {
    call: (operation, input) => {
      queries += 1;
      return dynamo.call(operation, input);
    },
  };
  const table = new Table(dynamo, 'connections', clock);
  const row = (id: string, seconds: number) =>
    table.put({
      pk: 'TOPIC#news#0',
      sk: `CONNECTION#${id}`,
      connectedAt: clock.now(),
      expiresAt: clock.now() / 1000 + seconds,
    });
  for (let index = 0; index < expired; index++) {
    await row(`a${index}`, 0);
  }
  for (let index = 0; index < subscribed; index++) {
    await row(`b${index}`, 600);
  }
  const connections = new ConnectionTable(new Table(counting, 'connections', clock), clock);
  return {
    /** Reads the shard to its end. @returns the number of connections and of queries of each read */
    async readAll() {
      const reads: { connections: number; queries: number }[] = [];
      for (let next: string | undefined = ''; next !== undefined;) {
        const before = queries;
        const found: Subscribers = await connections.subscribers(SHARD, next);
        reads.push({ connections: found.connections.length, queries: queries - before });
        next = found.next;
      }
      return reads;
    },
  };
}

it('a read of a shard with 5,000 expired subscriptions makes at most 4 queries, and the last one finds the others', async () => {
  const { readAll } = await setUp({ expired: 5000, subscribed: 5 });
  const reads = await readAll();
  expect(Math.max(...reads.map(({ queries }) => queries))).toBe(4);
  expect(reads.reduce((sum, { connections }) => sum + connections, 0)).toBe(5);
  expect(reads).toHaveLength(5);
});

it.each([
  [0, 250],
  [100, 250],
  [250, 1],
])('a shard with %d expired subscriptions and %d others is read at once', async (expired, subscribed) => {
  const { readAll } = await setUp({ expired, subscribed });
  expect((await readAll()).map(({ connections }) => connections)).toEqual([subscribed]);
});

it('a shard with more subscriptions than one read returns continues after the last of them', async () => {
  const { readAll } = await setUp({ expired: 100, subscribed: 600 });
  expect((await readAll()).map(({ connections }) => connections)).toEqual([250, 250, 100]);
});
