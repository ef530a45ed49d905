import type { AttributeMap } from '../../lambda/aws/attribute-values';
import type { Faults } from './faults';
import type { Time } from './time';

/** Maximum milliseconds for which a partition is hot. */
const HOT = 10_000;

/** Maximum milliseconds for which a burst of messages is throttled. */
const BURST = 300;

/** A read or write of one partition, with its key or the values of its key condition. */
export interface PartitionRequest {
  readonly TableName: string;
  readonly Key?: AttributeMap;
  readonly Item?: AttributeMap;
  readonly ExpressionAttributeValues?: AttributeMap;
}

/** Partitions that throttle every request of all processes for a while, because they get more than a partition serves. */
export class HotPartitions {
  /** End of the throttling by partition, in milliseconds since 1970. */
  private readonly hotUntil = new Map<string, number>();

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
  ) {}

  /** A burst of messages is being published to a topic, of which a table has the partition `pk`. */
  burst(table: string, pk: string): void {
    if (this.faults.strikes('a burst of messages is throttled at first')) {
      this.hotUntil.set(`${table} ${pk}`, this.time.now() + BURST * this.time.random());
    }
  }

  throttle(request: PartitionRequest): boolean {
    const partition = partitionOf(request);
    const { now, random } = this.time;
    if (this.faults.strikes('a partition throttles all requests for a while')) {
      this.hotUntil.set(partition, now() + HOT * random());
    }
    return (this.hotUntil.get(partition) ?? 0) > now();
  }
}

function partitionOf({ TableName, Key, Item, ExpressionAttributeValues }: PartitionRequest): string {
  const value = (Key ?? Item)?.pk ?? ExpressionAttributeValues?.[':pk'];
  return `${TableName} ${value && 'S' in value ? value.S : ''}`;
}
