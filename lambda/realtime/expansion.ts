import { type Backoff, untilDeadline } from './backoff';
import type { Clock, Connections, Delivery, DeliveryQueue } from './ports';
import { requeueUnread, type Unfinished } from './requeueing';
import { shuffled } from './shuffle';

/** Milliseconds between attempts to enqueue the entries that the queue did not accept. */
const BACKOFF: Backoff = { base: 50, cap: 1000 };

/** A delivery to all shards of a topic. */
export type TopicDelivery = Delivery & { to: { topic: string } };

export interface Expanding {
  connections: Pick<Connections, 'shards'>;
  queue: DeliveryQueue;
  clock: Clock;
  /** No retry begins after this, in milliseconds since 1970. */
  deadline: number;
}

/** Replaces deliveries to topics with deliveries to each of their shards. */
export async function expandAll(
  deliveries: readonly TopicDelivery[],
  expanding: Expanding,
): Promise<Unfinished & { errors: unknown[] }> {
  const expanded = await Promise.allSettled(deliveries.map((delivery) => expand(delivery, expanding)));
  const which = (is: (outcome: PromiseSettledResult<Awaited<ReturnType<typeof expand>>> | undefined) => boolean) =>
    deliveries.filter((_, index) => is(expanded[index]));
  const unread = await requeueUnread(
    which((each) => each?.status === 'rejected'),
    expanding,
  );
  return {
    failed: [...which((each) => each?.status === 'fulfilled' && each.value === 'busy'), ...unread.failed],
    dead: [...which((each) => each?.status === 'fulfilled' && each.value === 'refused'), ...unread.dead],
    errors: expanded.flatMap((each) => (each.status === 'rejected' ? [each.reason] : [])),
  };
}

/**
 * Enqueues a delivery to each shard of a topic, in random order: if an invocation ends before the last shard, the next one
 * begins with others.
 *
 * @returns `busy` if the queue did not accept all of them before the deadline, `refused` if it never accepts one of them
 */
async function expand(
  { messages, to: { topic } }: TopicDelivery,
  { connections, queue, clock, deadline }: Expanding,
): Promise<'done' | 'busy' | 'refused'> {
  const shards = shuffled(await connections.shards([topic]), clock.random);
  let left = shards.map((shard): Delivery => ({ messages, to: { shard } }));
  let refused = false;
  const outcome = await untilDeadline(
    async () => {
      const { transient, permanent } = await queue.enqueue(left);
      left = transient;
      refused ||= permanent.length > 0;
      return left.length > 0 ? 'busy' : 'done';
    },
    { clock, deadline, backoff: BACKOFF },
  );
  return outcome === 'done' && refused ? 'refused' : outcome;
}
