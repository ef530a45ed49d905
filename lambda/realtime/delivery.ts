import { type Backoff, untilDeadline } from './backoff';
import type { Clock, Connection, Connections, Delivery, Outbox } from './ports';

/** Posts in flight at once: as many as the outbox keeps sockets for. */
export const POSTS_AT_ONCE = 32;

/** API Gateway's throttle refills every second, so a wait need not be much longer. */
const BACKOFF: Backoff = { base: 100, cap: 2000 };

export interface Delivering {
  outbox: Outbox;
  connections: Connections;
  clock: Clock;
  /** No post begins after this, in milliseconds since 1970. */
  deadline: number;
}

/** A delivery that must be tried again: `busy` until the deadline, or something unexpected. */
export interface Failure {
  delivery: Delivery;
  cause: 'busy' | Error;
}

/**
 * Posts every delivery's frame to its connections. One that is gone is forgotten; one that is busy is tried again until
 * the deadline. @returns what did not succeed; whoever got its frame gets it again with the next attempt, and drops it.
 */
export async function deliver(deliveries: readonly Delivery[], delivering: Delivering): Promise<Failure[]> {
  const failures: Failure[] = [];
  const posts = deliveries.flatMap((delivery) => delivery.connections.map((to) => ({ delivery, to }))).values();
  const worker = async () => {
    // All workers take from one iterator, so a slow connection holds up one of them only.
    for (const { delivery, to } of posts) {
      const outcome = await deliverOne(delivery.frame, to, delivering).catch((error: Error) => error);
      if (outcome !== 'delivered') {
        failures.push({ delivery, cause: outcome });
      }
    }
  };
  await Promise.all(Array.from({ length: POSTS_AT_ONCE }, worker));
  return failures;
}

async function deliverOne(
  frame: string,
  to: Connection,
  { outbox, connections, clock, deadline }: Delivering,
): Promise<'delivered' | 'busy'> {
  if (clock.now() > deadline) {
    return 'busy';
  }
  const outcome = await untilDeadline(() => outbox.post(to.id, frame), { clock, deadline, backoff: BACKOFF });
  if (outcome === 'gone') {
    await connections.forget(to);
  }
  return outcome === 'busy' ? 'busy' : 'delivered';
}
