import { itemSize } from 'dynalite/db';
import { throttled } from './dynamodb-failures';
import type { Attributes } from './engine';
import type { Partition } from './place';

/** Read units and write units per second. */
export interface Units {
  readonly read: number;
  readonly write: number;
}

/**
 * Limits of a partition. Each partition key has them here, as if it were alone in its partition. Source: "Best practices for
 * designing and using partition keys effectively in DynamoDB".
 */
export const PARTITION_LIMITS: Units = { read: 3000, write: 1000 };

interface Options {
  readonly limits: Units;
  readonly now: () => number;
  /** Returns the ARN and the capacity mode of a table. */
  readonly resourceOf: (table: string) => { readonly arn: string; readonly mode: 'provisioned' | 'onDemand' };
}

/**
 * The units that each partition key has left. They refill continuously, up to those of one second. Reads and writes are
 * independent: "Key range throughput exceeded (hot partitions)". A request is admitted while units are left, and can consume
 * more than that: the units of a query are known only at its end.
 */
export class Throughput {
  /** By kind and partition key, in the order of the last request. A key that is absent has all its units. */
  private readonly levels = new Map<string, { readonly units: number; readonly at: number; readonly limit: number }>();

  constructor(private readonly options: Options) {}

  /** Throws DynamoDB's error if no units are left. */
  check(kind: keyof Units, partition: Partition | undefined): void {
    if (partition && this.left(idOf(kind, partition), this.options.limits[kind]) <= 0) {
      const { table, index } = partition;
      const { arn, mode } = this.options.resourceOf(table);
      const reason = `${index ? 'Index' : 'Table'}${kind === 'read' ? 'Read' : 'Write'}KeyRangeThroughputExceeded`;
      throw throttled(mode, reason, index ? `${arn}/index/${index}` : arn);
    }
  }

  consume(kind: keyof Units, partition: Partition | undefined, units: number): void {
    if (partition) {
      const id = idOf(kind, partition);
      const limit = this.options.limits[kind];
      const left = this.left(id, limit);
      this.levels.delete(id);
      this.levels.set(id, { units: left - units, at: this.options.now(), limit });
      this.forget();
    }
  }

  private left(id: string, limit: number): number {
    const level = this.levels.get(id);
    return level ? Math.min(limit, level.units + (Math.max(0, this.options.now() - level.at) / 1000) * limit) : limit;
  }

  /** Removes keys that have all their units again. */
  private forget(): void {
    for (const [id, { limit }] of this.levels) {
      if (this.left(id, limit) < limit) {
        return;
      }
      this.levels.delete(id);
    }
  }
}

function idOf(kind: keyof Units, { table, index = '', key }: Partition): string {
  return JSON.stringify([kind, table, index, key]);
}

/** @returns one unit for each 4 KB, or half of it if eventually consistent. Source: "DynamoDB read and write operations". */
export function readUnits(item: Attributes | undefined, consistent: boolean): number {
  return unitsOf(item ? itemSize(item) : 0, 4096) * (consistent ? 1 : 0.5);
}

/** @returns one unit for each KB of the larger one. Source: "DynamoDB read and write operations". */
export function writeUnits(before: Attributes | undefined, after: Attributes | undefined): number {
  return unitsOf(Math.max(...[before, after].map((item) => (item ? itemSize(item) : 0))), 1024);
}

function unitsOf(bytes: number, unit: number): number {
  return Math.max(1, Math.ceil(bytes / unit));
}
