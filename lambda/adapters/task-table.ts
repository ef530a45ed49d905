import type { Presence } from '../../client/protocol';
import type {
  Connection,
  Leases,
  OpenConnection,
  Opened,
  Task,
  TaskSubscription,
  TaskSubscriptions,
  TopicCounts,
} from '../realtime/ports';
import { Unavailable } from '../realtime/ports';
import type { Principal } from '../realtime/principal';
import { placeIn, sampleOf, SUBSCRIPTION_LIFETIME } from '../realtime/sharding';
import { taskOf } from '../realtime/task-id';
import { byShard, connectionKey, heldBy, type Slot, slotKey, type Usage } from './connection-table';
import { LeaseTable } from './lease-table';
import type { Item, Write } from './table';
import { busyIfUnavailable, ignoreUnavailable } from './unavailable';

/** Number of shards that presence counts. It estimates the others. */
const PRESENCE_READS = 10;

/**
 * Connection table of a lane with servers of its own. A socket has only a slot, and its task has everything else in memory.
 *
 * | pk | sk | content | attributes |
 * | --- | --- | --- | --- |
 * | `CONNECTION#{task}` | `CONNECTION` | the lease of a task | connectedAt, expiresAt, address, secret |
 * | `TOPIC#{topic}#{shard}` | `CONNECTION#{task}` | a subscription of a task | connectedAt (time of the write), subscribers (its sockets), expiresAt |
 * | `TOPIC#{topic}` | `SHARDS` | the topic's shard plan: see ShardPlans | generations, revision |
 * | `SUBJECT#{tenant}/{subject}` | `SLOT#{n}` | a slot of a subject, taken by a socket | connectionId, connectedAt, issuedAt |
 */
export class TaskTable extends LeaseTable implements Leases, TaskSubscriptions {
  async renewLease({ address, secret, ...task }: Task, until: number): Promise<void> {
    const { connectedAt } = task;
    await this.table.put({ ...connectionKey(task), connectedAt, address, secret, expiresAt: Math.ceil(until / 1000) });
  }

  async endLease(task: Task): Promise<void> {
    await this.table.delete(connectionKey(task), { expression: 'attribute_exists(pk)' });
  }

  async subscribeTask(
    task: Task,
    topics: TopicCounts,
    before: ReadonlyMap<string, TaskSubscription>,
  ): Promise<Map<string, TaskSubscription>> {
    const plans = await this.plans.renew([...topics.keys()]);
    const written = new Map<string, TaskSubscription>();
    // All of them end before an error is thrown, so that none overtakes a later write of its topic.
    const writes = await Promise.allSettled(
      [...plans].map(async ([topic, plan]) => {
        const old = before.get(topic);
        const number = placeIn(plan, this.clock.random(), old?.number);
        // Later than the one before, so that its deletion cannot delete this one.
        const writtenAt = Math.max(this.clock.now(), (old?.writtenAt ?? 0) + 1);
        const expiresAt = writtenAt + SUBSCRIPTION_LIFETIME;
        const item = {
          ...byShard(task, { topic, number }),
          connectedAt: writtenAt,
          subscribers: topics.get(topic) ?? 0,
          expiresAt: Math.floor(expiresAt / 1000),
        };
        try {
          await this.insist(() => this.table.put(item).catch(busyIfUnavailable));
        } catch (error) {
          if (error instanceof Unavailable) {
            return;
          }
          throw error;
        }
        written.set(topic, { number, writtenAt, expiresAt });
        if (old && old.number !== number) {
          await this.unsubscribeTask(task, topic, old).catch(ignoreUnavailable);
        }
      }),
    );
    const failure = writes.find((write) => write.status === 'rejected');
    if (failure) {
      throw failure.reason;
    }
    return written;
  }

  async unsubscribeTask(task: Task, topic: string, { number, writtenAt }: TaskSubscription): Promise<void> {
    await this.table.delete(byShard(task, { topic, number }), {
      expression: 'connectedAt <= :at',
      values: { ':at': writtenAt },
    });
  }

  async presence(topic: string): Promise<Presence> {
    const plan = (await this.plans.read([topic])).get(topic);
    const { now, random } = this.clock;
    const samples = sampleOf(topic, plan, { now: now(), random, reads: PRESENCE_READS });
    let subscribers = 0;
    for (const { shards, of } of samples) {
      const rows = (await Promise.all(shards.map((shard) => this.rowsOf(byShard({ id: '' }, shard).pk)))).flat();
      const held = await this.heldOf(rows.map(({ sk }) => sk));
      const counts = rows.map(({ sk, subscribers: count = 0 }): number => (held.has(sk) ? count : 0));
      subscribers += (counts.reduce((sum, count) => sum + count, 0) / shards.length) * of;
    }
    return {
      subscribers: Math.round(subscribers),
      exact: samples.every(({ shards, of }) => shards.length === of),
    };
  }

  /** Releases the slot of a closed socket, unless another connection has taken it over. */
  async releaseSlot(connection: Connection, { principal, slot }: Pick<Opened, 'principal' | 'slot'>): Promise<void> {
    await this.insist(() => this.table.delete(slotKey(principal, slot), heldBy(connection)).catch(busyIfUnavailable));
  }

  override opening(connection: Connection, principal: Principal, slot: Slot): Write[] {
    return [this.taking(connection, principal, slot)];
  }

  /** @returns the age of the sockets, because only their tasks know their frames. Those of a task without a lease are closed */
  protected override async usage(holders: readonly OpenConnection[]): Promise<(holder: OpenConnection) => Usage> {
    const keyOf = ({ id, connectedAt }: OpenConnection) => connectionKey({ id: taskOf(id), connectedAt }).pk;
    const held = await this.heldOf(holders.map(keyOf));
    return (holder) => {
      const broken = !held.has(keyOf(holder));
      return { lastUsedAt: broken ? 0 : holder.connectedAt, broken };
    };
  }

  private async rowsOf(pk: string): Promise<Item[]> {
    const rows: Item[] = [];
    for await (const page of this.table.pages(
      { expression: 'pk = :pk', values: { ':pk': pk } },
      { expression: 'expiresAt > :now', values: { ':now': this.seconds() } },
    )) {
      rows.push(...page);
    }
    return rows;
  }
}
