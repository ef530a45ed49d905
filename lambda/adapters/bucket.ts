import { type Allowance, take } from '../realtime/allowance';
import type { Expression, Item, Key, Table } from './table';

/** What came of it: the item, with one token less; when there is a token again; or the item that is not `alive`. */
export type Taken = { taken: Item } | { retryAfter: number } | { rejected: Item | undefined };

/**
 * Takes a token from the bucket of an item, its attribute `fullAt`, if the item is `alive`. One write for a bucket that
 * is full, which is the rule; two for others. However many take at once, the allowance holds.
 *
 * @param set what else is set, as `, name = :value`
 */
export async function takeFrom(
  table: Table,
  key: Key,
  { allowance, now, alive, set = '' }: { allowance: Allowance; now: number; alive: Expression; set?: string },
): Promise<Taken> {
  const interval = 1000 / allowance.perSecond;
  const full = await table.update(key, `SET fullAt = :next${set}`, {
    expression: `(${alive.expression}) AND (attribute_not_exists(fullAt) OR fullAt <= :now)`,
    values: { ...alive.values, ':now': now, ':next': now + interval },
  });
  if ('updated' in full) {
    return { taken: full.updated };
  }
  if (full.rejected?.fullAt === undefined) {
    return full;
  }
  const partly = await table.update(key, `SET fullAt = fullAt + :interval${set}`, {
    expression: `(${alive.expression}) AND fullAt <= :last`,
    values: { ...alive.values, ':interval': interval, ':last': now + (allowance.burst - 1) * interval },
  });
  if ('updated' in partly) {
    return { taken: partly.updated };
  }
  const outcome = take(partly.rejected?.fullAt ?? now, now, allowance);
  return 'retryAfter' in outcome ? outcome : partly;
}
