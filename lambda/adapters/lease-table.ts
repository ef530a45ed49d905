import type { Leases, Task } from '../realtime/ports';
import { connectionKey } from './connection-table';
import { ShardTable } from './shard-table';
import type { Item } from './table';

/** Difference between the clocks of a task and of its reader that is tolerated, in milliseconds. */
const CLOCK_TOLERANCE = 5000;

/** Maximum number of keys that are read together. */
const KEYS_PER_READ = 100;

/** Connection table of a lane with servers of its own, for the functions of the delivery: see TaskTable. */
export class LeaseTable extends ShardTable implements Pick<Leases, 'leaseOf'> {
  async leaseOf(taskId: string): Promise<Task | undefined> {
    // A function can be frozen during the read, and the task renews its lease meanwhile.
    const readAt = this.clock.now();
    const item = await this.table.get(connectionKey({ id: taskId, connectedAt: 0 }));
    if (!item || !isHeld(item, readAt)) {
      return undefined;
    }
    const { connectedAt, address, secret } = item;
    return { id: taskId, connectedAt, address, secret };
  }

  /** Does nothing: the task of a socket closes it and releases its slot. */
  override async disconnect(): Promise<void> {}

  /** Does nothing: the subscriptions of a task expire. */
  override async forget(): Promise<void> {}

  /** @param partitions - partition keys of leases @returns those of leases that have not ended */
  protected async heldOf(partitions: readonly string[]): Promise<Set<string>> {
    const { sk } = connectionKey({ id: '', connectedAt: 0 });
    const unique = [...new Set(partitions)];
    const held = new Set<string>();
    const readAt = this.clock.now();
    for (let start = 0; start < unique.length; start += KEYS_PER_READ) {
      const keys = unique.slice(start, start + KEYS_PER_READ).map((pk) => ({ pk, sk }));
      for (const item of (await this.table.getAll(keys)).filter((item) => isHeld(item, readAt))) {
        held.add(item.pk);
      }
    }
    return held;
  }
}

/**
 * A task that is about to lose its lease closes its sockets before that.
 *
 * @param readAt time before the read of the lease, in milliseconds since 1970
 */
function isHeld({ address, expiresAt }: Item, readAt: number): boolean {
  return address !== undefined && expiresAt * 1000 + CLOCK_TOLERANCE > readAt;
}
