import type { Backoff } from '../../client/backoff';
import { untilDeadline } from './backoff';
import type { Clock, Connections, Delivery, DeliveryQueue, ShardRange } from './ports';
import { type Continuation, requeueUnread, type Unfinished } from './requeueing';
import { rangesOf, shardsIn } from './shard-ranges';
import { SHARDS_PER_RANGE } from './sharding';
import { shuffled } from './shuffle';

/** Milliseconds between attempts to enqueue the entries that the queue did not accept. */
const BACKOFF: Backoff = { base: 50, cap: 1000 };

/** Number of entries that are enqueued before the time is checked again. They are at most about 20 MB. */
const ENTRIES_AT_ONCE = 100;

/** A delivery to all shards of a topic, or to a range of them. */
export type WideDelivery = Delivery & { to: { topic: string } | { shards: ShardRange } };

export const isWide = (delivery: Delivery): delivery is WideDelivery =>
  'topic' in delivery.to || 'shards' in delivery.to;

export interface Expanding {
  connections: Pick<Connections, 'shards'>;
  queue: DeliveryQueue;
  clock: Clock;
  /** No entries are enqueued after this, in milliseconds since 1970. */
  deadline: number;
}

/**
 * Replaces deliveries to topics and to ranges of shards. A range, or a topic that fits into one, becomes a delivery to each
 * shard. A larger topic becomes ranges first, which other invocations replace, so that no invocation enqueues more than it
 * has time for. A delivery fails if the deadline passes before all of its parts are enqueued.
 */
export async function expandAll(
  deliveries: readonly WideDelivery[],
  expanding: Expanding,
): Promise<Unfinished & { errors: unknown[] }> {
  const read = await Promise.allSettled(deliveries.map((delivery) => partsOf(delivery, expanding)));
  // Small deliveries are first, and each is complete before the next begins, so that few are left at the deadline.
  const parts = read
    .flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    .sort((one, other) => one.length - other.length)
    .flat();
  const [enqueued, unread] = await Promise.all([
    enqueueAll(parts, expanding),
    requeueUnread(
      deliveries.filter((_, index) => read[index]?.status === 'rejected'),
      expanding,
    ),
  ]);
  return {
    failed: [...enqueued.failed, ...unread.failed],
    dead: [...enqueued.dead, ...unread.dead],
    errors: read.flatMap((each) => (each.status === 'rejected' ? [each.reason] : [])),
  };
}

/** @returns the parts of a delivery in random order: if some cannot be enqueued, the next attempt begins with others. */
async function partsOf(delivery: WideDelivery, { connections, clock }: Expanding): Promise<Continuation[]> {
  const { messages, to } = delivery;
  const shards = 'topic' in to ? await connections.shards([to.topic]) : shardsIn(to.shards);
  const recipients: Delivery['to'][] =
    shards.length <= SHARDS_PER_RANGE
      ? shards.map((shard) => ({ shard }))
      : rangesOf(shards).map((range) => ({ shards: range }));
  return shuffled(recipients, clock.random).map((part) => ({ delivery: { messages, to: part }, of: [delivery] }));
}

/** Enqueues parts in order. Those that the queue does not accept for now are retried after all others. */
async function enqueueAll(parts: readonly Continuation[], { queue, clock, deadline }: Expanding): Promise<Unfinished> {
  let left = parts;
  const dead = new Set<Delivery>();
  await untilDeadline(
    async () => {
      const again: Continuation[] = [];
      while (left.length > 0 && clock.now() <= deadline) {
        const some = left.slice(0, ENTRIES_AT_ONCE);
        left = left.slice(ENTRIES_AT_ONCE);
        const rejected = await queue.enqueue(some.map(({ delivery }) => delivery));
        const [transient, permanent] = [new Set(rejected.transient), new Set(rejected.permanent)];
        again.push(...some.filter(({ delivery }) => transient.has(delivery)));
        some
          .filter(({ delivery }) => permanent.has(delivery))
          .forEach(({ of }) => of.forEach((each) => dead.add(each)));
      }
      left = [...left, ...again];
      return left.length > 0 ? 'busy' : 'done';
    },
    { clock, deadline, backoff: BACKOFF },
  );
  const failed = new Set(left.flatMap(({ of }) => of));
  return { failed: [...failed], dead: [...dead].filter((delivery) => !failed.has(delivery)) };
}
