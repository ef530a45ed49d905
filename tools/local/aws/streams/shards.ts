import { sequenceAt, timeOf } from './sequence-number';

/**
 * Number of shards of a stream that accept records at the same time. On AWS it is the number of the table's partitions, and
 * the order is guaranteed only among the changes of an item. Two are the fewest that show a wrong assumption about more.
 */
const LINEAGES = 2;

/** A shard: the records of some partition keys, from one time to another. */
export interface Shard {
  /** `shardId-00000001414576573621-00000001`: the time of its start in milliseconds, and its lineage. */
  readonly id: string;
  /** Undefined for the first shard of a lineage. */
  readonly parentId?: string;
  /** Index of the chain of parents and children to which the shard belongs. */
  readonly lineage: number;
  /** The first sequence of the shard. */
  readonly from: bigint;
  /** The first sequence of its child. */
  readonly to: bigint;
}

/** @param hash - hash of the partition key, as a hexadecimal number */
export function lineageOf(hash: string): number {
  return Number.parseInt(hash, 16) % LINEAGES;
}

/**
 * The shards of a stream. Each closes after a lifetime, and its only child follows ("Change data capture for DynamoDB Streams":
 * shards are ephemeral, a parent must be processed before its child). Lineages change shards at different times.
 */
export class Shards {
  /**
   * @param createdAt - start of the first shards, in milliseconds since 1970
   * @param lifetimeMs - time for which a shard accepts records, except that the first shards of most lineages close earlier
   */
  constructor(
    private readonly createdAt: number,
    private readonly lifetimeMs: number,
  ) {}

  /** @returns the shards that have sequences in the range, parents before children */
  between(first: bigint, last: bigint): Shard[] {
    const shards: Shard[] = [];
    for (let lineage = 0; lineage < LINEAGES; lineage += 1) {
      const newest = this.generation(lineage, last);
      for (let generation = this.generation(lineage, first); generation <= newest; generation += 1) {
        shards.push(this.shard(lineage, generation));
      }
    }
    return shards.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  private shard(lineage: number, generation: number): Shard {
    return {
      id: this.id(lineage, generation),
      ...(generation > 0 && { parentId: this.id(lineage, generation - 1) }),
      lineage,
      from: sequenceAt(this.start(lineage, generation)),
      to: sequenceAt(this.start(lineage, generation + 1)),
    };
  }

  private id(lineage: number, generation: number): string {
    const start = String(this.start(lineage, generation)).padStart(20, '0');
    return `shardId-${start}-${lineage.toString(16).padStart(8, '0')}`;
  }

  private start(lineage: number, generation: number): number {
    return this.createdAt + Math.max(0, generation * this.lifetimeMs - this.shift(lineage));
  }

  /** @returns the index of the shard in its lineage */
  private generation(lineage: number, sequence: bigint): number {
    return Math.max(0, Math.floor((timeOf(sequence) - this.createdAt + this.shift(lineage)) / this.lifetimeMs));
  }

  private shift(lineage: number): number {
    return Math.floor((this.lifetimeMs * lineage) / LINEAGES);
  }
}
