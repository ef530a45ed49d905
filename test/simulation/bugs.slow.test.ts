import type { Table, Write } from '../../lambda/adapters/table';
import type { Delivery } from '../../lambda/realtime/ports';
import type { Bugs } from './bugs';
import { simulate } from './simulation';

/** A table whose transactions are done otherwise. */
function transacting(transact: (table: Table, writes: Write[]) => ReturnType<Table['transact']>): Bugs['messageTable'] {
  return (table) =>
    new Proxy(table, {
      get: (_, name) =>
        name === 'transact' ? (writes: Write[]) => transact(table, writes) : Reflect.get(table, name).bind(table),
    });
}

/** Each bug; in so many worlds it is found; and what is found. */
const BUGS: [string, Bugs, number, RegExp][] = [
  [
    'a client that fills no gap',
    { client: { gapWithin: Number.MAX_SAFE_INTEGER } },
    50,
    /^s\d\.\d+ stands at \S+ \d+ of \S+, which stands at/,
  ],
  [
    'an acknowledgement before the transaction',
    {
      messageTable: transacting(async (table, writes) => {
        const outcome = await table.transact(writes);
        return outcome === 'busy' ? 'written' : outcome;
      }),
    },
    50,
    /was acknowledged for \S+, and is/,
  ],
  [
    'a head that moves from wherever it is',
    {
      messageTable: transacting((table, [head, ...others]) =>
        table.transact(head && 'put' in head ? [{ put: head.put }, ...others.map(unconditional)] : []),
      ),
    },
    50,
    /was given twice|follows/,
  ],
  [
    'an id that is forgotten at once',
    {
      messageTable: transacting((table, writes) =>
        table.transact(
          writes.map((write) => ('put' in write && write.put.sk.startsWith('ID#') ? { put: write.put } : write)),
        ),
      ),
    },
    50,
    /^The id \S+ has two places/,
  ],
  [
    'a dispatch that leaves out a shard',
    {
      dispatch: ({ connections, ...others }) => ({
        ...others,
        connections: { shards: async (topics) => (await connections.shards(topics)).slice(1) },
      }),
    },
    50,
    /ms after it was there/,
  ],
  [
    'a delivery to another tenant',
    {
      dispatch: ({ queue, ...others }) => ({
        ...others,
        queue: {
          enqueue: (deliveries, delaySeconds) =>
            queue.enqueue([...deliveries, ...deliveries.map(elsewhere)], delaySeconds),
        },
      }),
    },
    200,
    /which does not exist|handled .* after/,
  ],
  ['a restored log without new epochs', { sameEpochs: true }, 100, /was given twice|handled .* after|is another/],
];

/** @returns the delivery for those who listen to a topic of the same name, in the other tenant. */
function elsewhere(delivery: Delivery): Delivery {
  const { to } = delivery;
  if (!('shard' in to)) {
    return delivery;
  }
  const topic = to.shard.topic.startsWith('red/')
    ? to.shard.topic.replace('red', 'blue')
    : to.shard.topic.replace('blue', 'red');
  return { ...delivery, to: { shard: { ...to.shard, topic } } };
}

function unconditional(write: Write): Write {
  return 'put' in write ? { put: write.put } : write;
}

test.each(BUGS)(
  '%s is found',
  async (_, bugs, worlds, expected) => {
    const found: string[] = [];
    for (let seed = 0; seed < worlds && !found.some((what) => expected.test(what)); seed += 1) {
      found.push(...(await simulate(seed, bugs)).violations.map(({ what }) => what));
    }
    expect(found).toContainEqual(expect.stringMatching(expected));
  },
  120_000,
);
