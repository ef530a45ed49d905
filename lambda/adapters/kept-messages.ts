import { KeyPrefix, SortKey } from '../keys';
import type { Hint } from '../realtime/ports';
import type { Message, Position } from '../../client/protocol';
import type { Item, Key, Table } from './table';

export const partition = (topic: string) => `${KeyPrefix.TOPIC}${topic}`;

export const headKey = (topic: string): Key => ({ pk: partition(topic), sk: SortKey.HEAD });

/**
 * Key of a message. All safe integers fit into 16 digits, so the keys of an epoch have the order of their sequences. An epoch
 * contains no `#`.
 */
export const messageKey = (topic: string, { epoch, sequence }: Position): Key => ({
  pk: partition(topic),
  sk: `${KeyPrefix.MESSAGE}${epoch}#${String(sequence).padStart(16, '0')}`,
});

/** @returns the message in an item of the table or of its stream. The item's `sk` must begin with {@link KeyPrefix.MESSAGE}. */
export function messageOf({ pk, epoch, sequence, id, data, publishedAt }: Item): Message {
  return { topic: pk.slice(KeyPrefix.TOPIC.length), epoch, sequence, id, data: JSON.parse(data), publishedAt };
}

/** @returns the hint that was sent for a message, if one was sent */
export function hintOf({ pk, epoch, hintFirst: first, hintLast: last }: Item): Hint | undefined {
  return first === undefined ? undefined : { topic: pk.slice(KeyPrefix.TOPIC.length), epoch, first, last };
}

/** Bytes that the read of an item takes at least: DynamoDB bills consistent reads in units of 4 KB. */
const LEAST_BYTES = 4096;

/**
 * Messages that a topic's log keeps: those of the epoch of the head that are not expired. DynamoDB deletes expired items days
 * later, so a read can find more of them than of these. No read here filters or continues, so each is one call of at most 1 MB.
 */
export class KeptMessages {
  /** Bytes of data of all items that were read. */
  bytesRead = 0;

  constructor(
    private readonly table: Table,
    private readonly topic: string,
    private readonly head: Position,
    /** The current time, in seconds since 1970. */
    private readonly now: number,
  ) {}

  /**
   * @returns the message with this sequence and those that follow it, up to the head: at most `limit`, and at most 1 MB of
   * them. Ends before the first that is not kept, so it is empty if the message with this sequence is not.
   */
  async from(sequence: number, limit: number): Promise<Message[]> {
    const first = this.keyOf(sequence);
    const { items } = await this.table.page(
      {
        expression: 'pk = :pk AND sk BETWEEN :first AND :last',
        values: { ':pk': first.pk, ':first': first.sk, ':last': this.keyOf(this.head.sequence).sk },
      },
      limit,
    );
    this.count(...items);
    const end = items.findIndex((item, index) => item.sequence !== sequence + index || !this.isKept(item));
    return items.slice(0, end === -1 ? items.length : end).map(messageOf);
  }

  async has(sequence: number): Promise<boolean> {
    const item = await this.table.get(this.keyOf(sequence));
    this.count(...(item ? [item] : []));
    return item !== undefined && this.isKept(item);
  }

  private keyOf(sequence: number): Key {
    return messageKey(this.topic, { epoch: this.head.epoch, sequence });
  }

  private isKept({ expiresAt }: Item): boolean {
    return expiresAt > this.now;
  }

  /** Counts one read. */
  private count(...items: Item[]): void {
    const bytes = items.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0);
    this.bytesRead += Math.max(bytes, LEAST_BYTES);
  }
}
