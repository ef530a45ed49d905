import type { Clock, Connections, Shard } from '../realtime/ports';
import { shardsOf } from '../realtime/sharding';
import { ConnectionTable } from './connection-table';
import { ShardPlans } from './shard-plans';
import type { Table } from './table';

/** Connection table with the shards of topics, for the functions of the delivery. */
export class ShardTable extends ConnectionTable implements Pick<Connections, 'shards' | 'availableShards'> {
  protected readonly plans: ShardPlans;

  constructor(table: Table, clock: Clock) {
    super(table, clock);
    this.plans = new ShardPlans(table, clock);
  }

  async shards(topics: readonly string[]): Promise<Shard[]> {
    const plans = await this.plans.read(topics);
    return topics.flatMap((topic) => shardsOf(topic, plans.get(topic), this.clock.now()));
  }

  async availableShards(topics: readonly string[]): Promise<Map<string, Shard[]>> {
    const found = new Map<string, Shard[]>();
    for (const [topic, plan] of topics.length > 0 ? await this.plans.readAvailable(topics) : []) {
      try {
        found.set(topic, shardsOf(topic, plan, this.clock.now()));
      } catch {
        // A malformed plan makes only its own topic unavailable. shards() throws its error.
      }
    }
    return found;
  }
}
