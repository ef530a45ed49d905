import type { Shard, ShardRange } from './ports';
import { SHARDS_PER_RANGE } from './sharding';

/**
 * @param shards of one topic, in the order of their numbers, which can have gaps between generations.
 * @returns ranges of these shards and of no others.
 */
export function rangesOf(shards: readonly Shard[]): ShardRange[] {
  const ranges: ShardRange[] = [];
  for (const { topic, number } of shards) {
    const last = ranges.at(-1);
    if (last && last.count < SHARDS_PER_RANGE && number === last.first + last.count) {
      last.count += 1;
    } else {
      ranges.push({ topic, first: number, count: 1 });
    }
  }
  return ranges;
}

/** @returns the shards of a range, in the order of their numbers. */
export function shardsIn({ topic, first, count }: ShardRange): Shard[] {
  return Array.from({ length: count }, (_, index) => ({ topic, number: first + index }));
}
