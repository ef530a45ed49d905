import { type Backoff, backoffDelay } from '../../client/backoff';
import type { Clock, Delivery, DeliveryQueue } from './ports';

/** Number of times that a delivery, or the rest of it, is requeued with a delay. */
export const ATTEMPTS = 5;

/**
 * Delay of a delivery that is requeued: 1 to 32 s, with jitter. At least half of the maximum, so that the attempts outlast the
 * lease of a task that has crashed: they take at least 31 s.
 */
const BACKOFF: Backoff = { base: 2000, cap: 32_000 };

/** A delivery to enqueue, and the deliveries that are complete once it is enqueued. */
export interface Continuation {
  delivery: Delivery;
  of: readonly Delivery[];
}

export interface Unfinished {
  /** Deliveries that must be received again unchanged. */
  failed: Delivery[];
  /** Deliveries that failed permanently. */
  dead: Delivery[];
}

export interface Requeueing {
  queue: DeliveryQueue;
  clock: Pick<Clock, 'random'>;
}

/**
 * Enqueues continuations. The delay of each depends only on its own attempts, and is none for a first attempt.
 *
 * @returns the deliveries that are not complete, because the queue rejected their continuation
 */
export async function requeue(
  continuations: readonly Continuation[],
  { queue, clock }: Requeueing,
): Promise<Unfinished> {
  const attempts = [...new Set(continuations.map(({ delivery: { attempt = 0 } }) => attempt))];
  const rejected = await Promise.all(
    attempts.map((each) =>
      queue.enqueue(
        continuations.map(({ delivery }) => delivery).filter(({ attempt = 0 }) => attempt === each),
        each === 0 ? 0 : delaySeconds(each, clock),
      ),
    ),
  );
  const of = (some: readonly Delivery[]) =>
    continuations.filter(({ delivery }) => some.includes(delivery)).flatMap((each) => each.of);
  return {
    failed: of(rejected.flatMap(({ transient }) => transient)),
    dead: of(rejected.flatMap(({ permanent }) => permanent)),
  };
}

/**
 * Requeues deliveries whose recipients could not be read. After the last attempt they fail, so that they outlast an outage:
 * the queue shows them again after its visibility timeout.
 */
export async function requeueUnread(unread: readonly Delivery[], requeueing: Requeueing): Promise<Unfinished> {
  const next = unread
    .filter((delivery) => !isExhausted(delivery))
    .map((delivery) => ({ delivery: { ...delivery, attempt: (delivery.attempt ?? 0) + 1 }, of: [delivery] }));
  const { failed, dead } = await requeue(next, requeueing);
  return { failed: [...unread.filter(isExhausted), ...failed], dead };
}

const isExhausted = ({ attempt = 0 }: Delivery): boolean => attempt >= ATTEMPTS;

function delaySeconds(attempts: number, clock: Pick<Clock, 'random'>): number {
  return Math.max(1, Math.ceil(backoffDelay(attempts, BACKOFF, (1 + clock.random()) / 2) / 1000));
}
