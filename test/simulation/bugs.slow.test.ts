import type { Table, Write } from '../../lambda/adapters/table';
import type { Delivery, TopicCounts } from '../../lambda/realtime/ports';
import type { Principal } from '../../lambda/realtime/principal';
import type { Bugs } from './bugs';
import { simulate } from './simulation';

/** @returns a table with another implementation of transact() */
function transacting(transact: (table: Table, writes: Write[]) => ReturnType<Table['transact']>): Bugs['messageTable'] {
  return (table) =>
    new Proxy(table, {
      get: (_, name) =>
        name === 'transact' ? (writes: Write[]) => transact(table, writes) : Reflect.get(table, name).bind(table),
    });
}

/** Each bug, the maximum number of runs until it is detected, and the violation that reports it. */
const BUGS: [string, Bugs, number, RegExp][] = [
  [
    'a client that does not fill gaps',
    { client: { gapWithin: 2 ** 31 - 1 } },
    50,
    /^The position of s\d\.\d+ in \S+ is \S+ \d+, but the head is/,
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
    /was acknowledged for \S+, but is/,
  ],
  [
    'a head that is written without a condition',
    {
      messageTable: transacting((table, [head, ...others]) =>
        table.transact(head && 'put' in head ? [{ put: head.put }, ...others.map(unconditional)] : []),
      ),
    },
    50,
    /was assigned twice|follows/,
  ],
  [
    'an id that is overwritten without a condition',
    {
      messageTable: transacting((table, writes) =>
        table.transact(
          writes.map((write) => ('put' in write && write.put.pk.startsWith('ID#') ? { put: write.put } : write)),
        ),
      ),
    },
    50,
    /^The id \S+ was appended twice/,
  ],
  [
    'a dispatch that omits a shard',
    {
      dispatch: ({ connections, ...others }) => ({
        ...others,
        connections: {
          availableShards: async (topics) =>
            new Map(
              [...(await connections.availableShards(topics))].map(([topic, shards]) => [topic, shards.slice(1)]),
            ),
        },
      }),
    },
    50,
    /ms after it was appended/,
  ],
  [
    'a delivery to another tenant',
    {
      dispatch: ({ queue, ...others }) => ({
        ...others,
        queue: {
          enqueue: (deliveries, delaySeconds) =>
            queue.enqueue([...deliveries, ...deliveries.map(toOtherTenant)], delaySeconds),
        },
      }),
    },
    200,
    /which does not exist|handled .* after/,
  ],
  [
    'a dispatch that skips every message with a hint',
    { dispatch: (dependencies) => ({ ...dependencies, marks: { pushed: async (hints) => [...hints] } }) },
    100,
    /ms after it was appended/,
  ],
  [
    'a push that posts nothing',
    { push: (dependencies) => ({ ...dependencies, outbox: { post: async () => 'sent' } }) },
    50,
    /was marked, but has not reached/,
  ],
  [
    'a push that finds no message',
    { push: ({ log, ...others }) => ({ ...others, log: { read: async () => [], mark: (hint) => log.mark(hint) } }) },
    50,
    /^The median of \d+ latencies after a pause is/,
  ],
  [
    'a server that regards authorizations as an hour longer',
    {
      server: ({ connectionOpener, ...others }) => ({
        ...others,
        connectionOpener: connectionOpener && {
          open: async (...handshake) => {
            const opened = await connectionOpener.open(...handshake);
            return opened === 'unauthorized' ? opened : { ...opened, principal: anHourLonger(opened.principal) };
          },
        },
      }),
    },
    100,
    /got a message after the end of its authorization/,
  ],
  [
    'a server that writes no subscription',
    {
      server: ({ table, ...others }) => ({
        ...others,
        table: Object.assign(Object.create(table) as typeof table, {
          subscribeTask: async (_: unknown, topics: TopicCounts) =>
            new Map([...topics.keys()].map((topic) => [topic, { number: 0, writtenAt: 0, expiresAt: 2 ** 53 }])),
        }),
      }),
    },
    50,
    /ms after it was appended/,
  ],
  ['a restored log without new epochs', { sameEpochs: true }, 100, /was assigned twice|handled .* after|is different/],
];

const anHourLonger = (principal: Principal): Principal => ({ ...principal, expiresAt: principal.expiresAt + 3600 });

/** @returns the delivery for the topic of the same name in the other tenant */
function toOtherTenant(delivery: Delivery): Delivery {
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
  'the checker detects %s',
  async (_, bugs, runs, expected) => {
    const found: string[] = [];
    for (let seed = 0; seed < runs && !found.some((what) => expected.test(what)); seed += 1) {
      found.push(...(await simulate(seed, bugs)).violations.map(({ what }) => what));
    }
    expect(found).toContainEqual(expect.stringMatching(expected));
  },
  400_000,
);
