import { pricesOf, type RateLimit, take, type TokenRequest } from '../realtime/rate-limit';
import type { Clock } from '../realtime/ports';
import type { Expression, Item, Key, Table } from './table';

/** Result: the changed item, the refusal and whether it was counted, or the item that the condition rejected. */
export type Taken = { taken: Item } | { retryAfter: number; counted: boolean } | { rejected: Item | undefined };

export interface TokenBucket {
  rateLimit: RateLimit;
  request: TokenRequest;
  clock: Pick<Clock, 'now'>;
  /** Condition on an existing item. Without it, a missing item is created. */
  condition?: Expression;
  /** Other attributes to set: `name = :value`. */
  set?: Required<Expression>;
}

/**
 * Takes tokens from the bucket in an item, its attribute `fullAt`. Needs one write if the bucket is full, as it usually
 * is, or if it cannot owe more, and two otherwise. Concurrent calls do not exceed the rate limit.
 */
export async function takeFrom(table: Table, key: Key, bucket: TokenBucket): Promise<Taken> {
  const { rateLimit, request, clock, condition, set } = bucket;
  const { price, empty, mostOwed } = pricesOf(rateLimit, request);
  const also = set ? `, ${set.expression}` : '';
  const onlyIf = condition ? `(${condition.expression}) AND ` : '';
  const values = { ...condition?.values, ...set?.values };
  const now = clock.now();
  const last = now + mostOwed - price;
  let outcome = await table.update(key, `SET fullAt = :next${also}`, {
    expression: `${onlyIf}(attribute_not_exists(fullAt) OR fullAt <= :now)`,
    values: { ...values, ':now': now, ':next': now + price },
  });
  if ('updated' in outcome) {
    return { taken: outcome.updated };
  }
  if (outcome.rejected?.fullAt <= last) {
    outcome = await table.update(key, `SET fullAt = fullAt + :price${also}`, {
      expression: `${onlyIf}fullAt <= :last`,
      values: { ...values, ':price': price, ':last': last },
    });
  }
  if ('updated' in outcome) {
    const owed = outcome.updated.fullAt - (clock.now() + empty);
    return owed > 0 ? { retryAfter: Math.ceil((owed + price) / 1000), counted: true } : { taken: outcome.updated };
  }
  const fullAt = outcome.rejected?.fullAt;
  if (fullAt === undefined || fullAt <= last) {
    return outcome;
  }
  // If the table was slow, later calls may have taken tokens meanwhile, and `now` is outdated.
  const refused = take(fullAt, clock.now(), rateLimit, request);
  return 'retryAfter' in refused && refused.fullAt === undefined
    ? { retryAfter: refused.retryAfter, counted: false }
    : takeFrom(table, key, bucket);
}
