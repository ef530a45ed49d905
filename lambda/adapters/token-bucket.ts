import { type RateLimit, take } from '../realtime/rate-limit';
import type { Clock } from '../realtime/ports';
import type { Expression, Item, Key, Table } from './table';

/** Result: the item with one token less, the seconds until a token is available, or the item that the condition rejected. */
export type Taken = { taken: Item } | { retryAfter: number } | { rejected: Item | undefined };

export interface TokenBucket {
  rateLimit: RateLimit;
  clock: Pick<Clock, 'now'>;
  /** Condition on an existing item. Without it, a missing item is created. */
  condition?: Expression;
  /** Other attributes to set: `name = :value`. */
  set?: Required<Expression>;
}

/**
 * Takes a token from the bucket in an item, its attribute `fullAt`. Needs one write if the bucket is full, as it usually
 * is, and two otherwise. Concurrent calls do not exceed the rate limit.
 */
export async function takeFrom(table: Table, key: Key, bucket: TokenBucket): Promise<Taken> {
  const { rateLimit, clock, condition, set } = bucket;
  const also = set ? `, ${set.expression}` : '';
  const onlyIf = condition ? `(${condition.expression}) AND ` : '';
  const values = { ...condition?.values, ...set?.values };
  const now = clock.now();
  const interval = 1000 / rateLimit.perSecond;
  const full = await table.update(key, `SET fullAt = :next${also}`, {
    expression: `${onlyIf}(attribute_not_exists(fullAt) OR fullAt <= :now)`,
    values: { ...values, ':now': now, ':next': now + interval },
  });
  if ('updated' in full) {
    return { taken: full.updated };
  }
  if (full.rejected?.fullAt === undefined) {
    return full;
  }
  const partly = await table.update(key, `SET fullAt = fullAt + :interval${also}`, {
    expression: `${onlyIf}fullAt <= :last`,
    values: { ...values, ':interval': interval, ':last': now + (rateLimit.burst - 1) * interval },
  });
  if ('updated' in partly) {
    return { taken: partly.updated };
  }
  const fullAt = partly.rejected?.fullAt ?? now;
  if (!('retryAfter' in take(fullAt, now, rateLimit))) {
    return partly;
  }
  // If the table was slow, later calls may have taken tokens meanwhile, and `now` is outdated.
  const outcome = take(fullAt, clock.now(), rateLimit);
  return 'retryAfter' in outcome ? outcome : takeFrom(table, key, bucket);
}
