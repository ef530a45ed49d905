import { type RateLimit, take } from '../realtime/rate-limit';
import type { Clock } from '../realtime/ports';
import type { Expression, Item, Key, Table } from './table';

/** Result: the item with one token less, the seconds until there is a token, or the item that is not `alive`. */
export type Taken = { taken: Item } | { retryAfter: number } | { rejected: Item | undefined };

export interface TokenBucket {
  rateLimit: RateLimit;
  clock: Pick<Clock, 'now'>;
  /** The item that there must be; without it, one is made where there is none. */
  alive?: Expression;
  /** Other attributes to set: `name = :value`. */
  set?: Required<Expression>;
}

/**
 * Takes a token from the bucket of an item, its attribute `fullAt`. One write for a bucket that
 * is full, which is the rule; two for others. However many take at once, the allowance holds.
 */
export async function takeFrom(table: Table, key: Key, bucket: TokenBucket): Promise<Taken> {
  const { rateLimit, clock, alive, set } = bucket;
  const also = set ? `, ${set.expression}` : '';
  const onlyIf = alive ? `(${alive.expression}) AND ` : '';
  const values = { ...alive?.values, ...set?.values };
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
  // Where the table was slow, those who came later were faster, and the bucket is compared with a time long past.
  const outcome = take(fullAt, clock.now(), rateLimit);
  return 'retryAfter' in outcome ? outcome : takeFrom(table, key, bucket);
}
