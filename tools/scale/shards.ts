import { Cost } from './facts';

/**
 * @returns the number of shards of a topic. It grows while a shard is too full. The fullest shard is about three standard
 * deviations above the mean
 */
export function shardsFor(connections: number): number {
  let shards = 1;
  const fullest = () => connections / shards + (shards > 1 ? 3 * Math.sqrt(connections / shards) : 0);
  while (fullest() > Cost.fullShard.value && shards < Cost.maxShards.value) {
    shards *= Cost.shardGrowth.value;
  }
  return shards;
}

/** Number of queue entries for the connections of a topic. A shard that is too full is read in parts, each an entry. */
export function entriesOf(connections: number): number {
  return Math.max(shardsFor(connections), Math.ceil(connections / Cost.fullShard.value));
}

/**
 * Number of times that the entries of a topic pass through the queue before those of its shards: deliver enqueues the shards of
 * a large topic, and for a very large one ranges of them first.
 */
export function expansionsOf(connections: number): number {
  const shards = shardsFor(connections);
  return shards > Cost.rangeShards.value ? 2 : shards > Cost.directEntries.value ? 1 : 0;
}
