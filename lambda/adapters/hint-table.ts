import { KeyPrefix, SortKey } from '../keys';
import type { Clock, Hint, HintedMessages, PushMarks } from '../realtime/ports';
import type { Message } from '../../client/protocol';
import { headKey, hintOf, messageKey, messageOf } from './kept-messages';
import type { Item, Key, Table } from './table';

/** Milliseconds for which throttled items are retried before they are omitted. The stream is slower by this at most. */
const READ_FOR = 300;

/** Seconds for which a mark is kept: an hour longer than the stream keeps a record, 24 hours. */
const MARK_SECONDS = 25 * 3600;

/**
 * Messages of the log that hints announce, and the marks of those that were pushed. A mark has a partition of its own:
 * `PUSHED#{topic}#{epoch}#{first sequence}`. Its sort key is the connection table that the messages were pushed to: several
 * lanes can deliver one log, and only one of them receives a hint. The others must push its messages from the stream.
 */
export class HintTable implements HintedMessages, PushMarks {
  /**
   * @param table - table of the message log
   * @param connectionTable - name of the connection table of the lane
   */
  constructor(
    private readonly table: Table,
    private readonly connectionTable: string,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async read(hint: Hint): Promise<Message[]> {
    const { topic, epoch } = hint;
    const keys = sequencesOf(hint).map((sequence) => messageKey(topic, { epoch, sequence }));
    const all = [...keys, headKey(topic), this.markKey(hint)];
    const { items, unread } = await this.table.getAvailable(all, { retryFor: READ_FOR });
    const messages = items.filter((item) => isOf(item, hint));
    const isMarked = items.some(({ pk }) => pk === this.markKey(hint).pk);
    return unread.length === 0 && messages.length === keys.length && items.some(isHeadAfter(hint)) && !isMarked
      ? messages.map(messageOf).sort((one, other) => one.sequence - other.sequence)
      : [];
  }

  async mark(hint: Hint): Promise<void> {
    await this.table.put({ ...this.markKey(hint), expiresAt: Math.floor(this.clock.now() / 1000) + MARK_SECONDS });
  }

  async pushed(hints: readonly Hint[]): Promise<Hint[]> {
    // Messages that were appended together have the same hint. DynamoDB refuses a batch that contains a key twice.
    const keys = new Map(hints.map((hint) => this.markKey(hint)).map((key) => [key.pk, key]));
    const { items } =
      keys.size > 0 ? await this.table.getAvailable([...keys.values()], { retryFor: READ_FOR }) : { items: [] };
    const marks = new Set(items.map(({ pk }) => pk));
    return hints.filter((hint) => marks.has(this.markKey(hint).pk));
  }

  /** An epoch contains no `#`, and neither does the key of a topic. */
  private markKey({ topic, epoch, first }: Hint): Key {
    return { pk: `${KeyPrefix.PUSHED}${topic}#${epoch}#${first}`, sk: this.connectionTable };
  }
}

const sequencesOf = ({ first, last }: Hint): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** @returns true for a message that was appended with this hint, and with no other that begins or ends elsewhere */
function isOf(item: Item, { first, last }: Hint): boolean {
  const hint = hintOf(item);
  return hint?.first === first && hint.last === last;
}

/**
 * The writes of a transaction become visible one by one. A client that subscribes reads the head and expects everything after it
 * to be pushed, so the messages of a hint that was forged early must not be pushed before their head is visible.
 */
const isHeadAfter =
  ({ epoch, last }: Hint) =>
  (item: Item): boolean =>
    item.sk === SortKey.HEAD && item.epoch === epoch && item.lastSequence >= last;
