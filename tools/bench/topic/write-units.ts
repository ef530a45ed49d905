import type { AttributeMap } from '../../../lambda/aws/attribute-values';

/**
 * Write units per second of one partition key, as if it were alone in its partition. Source: "Best practices for designing and
 * using partition keys effectively in DynamoDB".
 */
const LIMIT = 1000;

/** Each item of a transaction is written twice: "Amazon DynamoDB Transactions: How it works". */
const WRITES_OF_TRANSACTION = 2;

const UNIT_BYTES = 1024;

/** Write units that each partition key has left. They refill continuously, up to those of one second: no burst capacity. */
export class WriteUnits {
  private readonly levels = new Map<string, { readonly units: number; readonly at: number }>();

  /** @param now - returns milliseconds */
  constructor(private readonly now: () => number) {}

  /** Takes the units of an item. @returns false, and takes nothing, if the partition key has no units left */
  take(partition: string, units: number): boolean {
    const left = this.left(partition);
    if (left <= 0) {
      return false;
    }
    this.levels.set(partition, { units: left - units, at: this.now() });
    return true;
  }

  private left(partition: string): number {
    const level = this.levels.get(partition);
    return level ? Math.min(LIMIT, level.units + ((this.now() - level.at) * LIMIT) / 1000) : LIMIT;
  }
}

/** @returns the write units of an item in a transaction */
export function unitsInTransaction(item: AttributeMap): number {
  return WRITES_OF_TRANSACTION * Math.max(1, Math.ceil(bytesOf(item) / UNIT_BYTES));
}

/** @returns the bytes of names and values. A number has up to 21. */
function bytesOf(item: AttributeMap): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + ('S' in value ? Buffer.byteLength(value.S) : 21),
    0,
  );
}
