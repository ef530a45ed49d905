import { Cost } from './facts';
import type { Random } from './random';
import type { Scenario } from './scenario';

/** Subscriptions: every connection is subscribed to one topic, in a random shard. */
export class Subscribers {
  /** Index of the first shard of each topic, and the end index after the last topic. */
  private readonly first: Uint32Array;
  private readonly sizes: Uint32Array;

  constructor({ connections, topics }: Scenario, random: Random) {
    const ofTopic = (topic: number) =>
      Math.floor(((topic + 1) * connections) / topics) - Math.floor((topic * connections) / topics);
    this.first = new Uint32Array(topics + 1);
    for (let topic = 0; topic < topics; topic++) {
      this.first[topic + 1] = (this.first[topic] ?? 0) + shardsFor(ofTopic(topic));
    }
    this.sizes = new Uint32Array(this.first[topics] ?? 0);
    for (let topic = 0; topic < topics; topic++) {
      let rest = ofTopic(topic);
      for (let left = shardsFor(ofTopic(topic)); left > 0; left--) {
        const size = left === 1 ? rest : share(rest, 1 / left, random);
        this.sizes[(this.first[topic + 1] ?? 0) - left] = size;
        rest -= size;
      }
    }
  }

  shards(topic: number): number {
    return (this.first[topic + 1] ?? 0) - (this.first[topic] ?? 0);
  }

  connections(topic: number, shard: number): number {
    return this.sizes[(this.first[topic] ?? 0) + shard] ?? 0;
  }
}

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

/** @returns a random number from approximately the binomial distribution of `count` trials with this probability */
function share(count: number, chance: number, random: Random): number {
  const deviation = Math.sqrt(count * chance * (1 - chance));
  return Math.min(count, Math.max(0, Math.round(count * chance + deviation * random.normal())));
}
