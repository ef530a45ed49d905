import { Cost } from './facts';
import type { Random } from './random';
import type { Scenario } from './scenario';

/** Who is subscribed to what: every connection to one topic, in a shard that it chose by chance. */
export class Subscribers {
  /** Where the shards of each topic begin; a last one says where they end. */
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
 * @returns how many shards a topic has got: they grow while one is too full, and the fullest of many is some three
 * deviations above the mean.
 */
export function shardsFor(connections: number): number {
  let shards = 1;
  const fullest = () => connections / shards + (shards > 1 ? 3 * Math.sqrt(connections / shards) : 0);
  while (fullest() > Cost.fullShard.value && shards < Cost.mostShards.value) {
    shards *= Cost.shardGrowth.value;
  }
  return shards;
}

/** How many of `count` choose something that each chooses with this chance: the binomial distribution, nearly. */
function share(count: number, chance: number, random: Random): number {
  const deviation = Math.sqrt(count * chance * (1 - chance));
  return Math.min(count, Math.max(0, Math.round(count * chance + deviation * random.normal())));
}
