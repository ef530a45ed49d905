import { KeyPrefix } from '../keys';
import type { Message, Position } from '../../client/protocol';
import type { Item, Table } from './table';

export const partition = (topic: string) => `${KeyPrefix.TOPIC}${topic}`;

/** Sort key of a message. All safe integers fit into 16 digits, so keys have the order of their sequences. */
export const messageKey = (sequence: number) => `${KeyPrefix.MESSAGE}${String(sequence).padStart(16, '0')}`;

/** @returns the message in an item of the table or of its stream. The item's `sk` must begin with {@link KeyPrefix.MESSAGE}. */
export function messageOf({ pk, epoch, sequence, id, data, publishedAt }: Item): Message {
  return { topic: pk.slice(KeyPrefix.TOPIC.length), epoch, sequence, id, data: JSON.parse(data), publishedAt };
}

/** Bytes that the read of an item takes at least: DynamoDB bills consistent reads in units of 4 KB. */
const LEAST_BYTES = 4096;

/**
 * Messages that a topic's log keeps: those that are not expired and have the epoch of the head. DynamoDB deletes expired
 * items days later, and messages of other epochs remain after a restore, so a read can find more of both than of these.
 * No read here filters or continues, so each is one call of at most 1 MB.
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
    const { items } = await this.table.page(
      {
        expression: 'pk = :pk AND sk BETWEEN :first AND :last',
        values: {
          ':pk': partition(this.topic),
          ':first': messageKey(sequence),
          ':last': messageKey(this.head.sequence),
        },
      },
      limit,
    );
    this.count(...items);
    const end = items.findIndex((item, index) => item.sequence !== sequence + index || !this.isKept(item));
    return items.slice(0, end === -1 ? items.length : end).map(messageOf);
  }

  async has(sequence: number): Promise<boolean> {
    const item = await this.table.get({ pk: partition(this.topic), sk: messageKey(sequence) });
    this.count(...(item ? [item] : []));
    return item !== undefined && this.isKept(item);
  }

  private isKept({ epoch, expiresAt }: Item): boolean {
    return epoch === this.head.epoch && expiresAt > this.now;
  }

  /** Counts one read. */
  private count(...items: Item[]): void {
    const bytes = items.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0);
    this.bytesRead += Math.max(bytes, LEAST_BYTES);
  }
}
