import { createHash } from 'node:crypto';
import { KeyPrefix, SortKey } from '../keys';
import { firstAfter } from '../realtime/bisection';
import { GroupCommit, type GroupCommitOptions, type GroupOutcome } from '../realtime/group-commit';
import { historyPage } from '../realtime/history';
import type { Clock, Draft, Hint, Hints, History, MessageLog } from '../realtime/ports';
import { type Message, type Position, START } from '../../client/protocol';
import { headKey, KeptMessages, messageKey, partition } from './kept-messages';
import { PreparedHeads } from './prepared-heads';
import type { Item, Key, Table, Write } from './table';

export interface DynamoMessageLogOptions {
  table: Table;
  /** Seconds for which a message and its id are kept. */
  retentionSeconds: number;
  clock: Clock;
  /** Generates a topic's epoch with its first message. */
  newId: () => string;
  /** Hints for messages that follow a pause of their topic. @default - none: all messages are pushed from the stream */
  hinting?: Hinting;
  /** @default - see GroupCommitOptions */
  group?: GroupCommitOptions['group'];
}

export interface Hinting {
  hints: Hints;
  /** Pause of a topic after which its next messages are announced, in milliseconds. */
  after: number;
}

/** Milliseconds for which throttled heads are retried before their topics are omitted: all other topics wait for them. */
const HEADS_FOR = 300;

/**
 * Milliseconds after which a missing message is looked up again. A transaction does not become visible to readers at one
 * moment, so a head can be visible before its message, usually for a few milliseconds
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation).
 */
const VISIBLE_AFTER = 50;

/**
 * Message log on DynamoDB.
 *
 * | pk | sk | content | attributes |
 * | --- | --- | --- | --- |
 * | `TOPIC#{topic}` | `HEAD` | the current epoch, and the position of the latest message | epoch, lastSequence, appendedAt (ms) |
 * | `TOPIC#{topic}` | `MESSAGE#{epoch}#{16 digits}` | a message | epoch, sequence, id, data (as JSON text), publishedAt, expiresAt; with a hint, hintFirst, hintLast |
 * | `ID#{topic}#{epoch}#{subject}#{id}` | `ID` | an id that a subject used | epoch, sequence, publishedAt, fingerprint (of the data), expiresAt |
 *
 * Ids are in partitions of their own, so that they take nothing from the write units of the topic's partition. A head never
 * expires, so a sequence is never reused. After you restore the table from a backup, write a new epoch to every head, so that
 * clients detect that their state can be wrong. Messages and ids of other epochs are not read.
 */
export class DynamoMessageLog implements MessageLog {
  private readonly appends: GroupCommit<Item | undefined>;
  private readonly heads: PreparedHeads;

  constructor(private readonly options: DynamoMessageLogOptions) {
    const { table, clock, group } = options;
    this.heads = new PreparedHeads((topic) => table.get(headKey(topic)), clock);
    this.appends = new GroupCommit({
      clock,
      group,
      prepare: (topic) => this.heads.take(topic),
      commit: (drafts, head) => this.commit(drafts, head),
    });
  }

  prepare(topic: string): void {
    // While appends are waiting, the head changes before this one is made.
    if (!this.appends.isBusy(topic)) {
      this.heads.prepare(topic);
    }
  }

  append(draft: Draft): Promise<Message | 'conflict'> {
    return this.appends.append(draft);
  }

  async read(topic: string, after: number, limit: number): Promise<History> {
    const { table, clock } = this.options;
    const head = positionOf(await table.get(headKey(topic)));
    if (after >= head.sequence) {
      return historyPage(head, after, { messages: [], bytesRead: 0 });
    }
    const kept = new KeptMessages(table, topic, head, this.seconds());
    let messages = await kept.from(after + 1, limit);
    if (messages.length === 0) {
      await clock.wait(VISIBLE_AFTER);
      const oldest = await firstAfter(after, head.sequence, (sequence) => kept.has(sequence));
      messages = oldest === undefined ? [] : await kept.from(oldest, limit);
    }
    return historyPage(head, after, { messages, bytesRead: kept.bytesRead });
  }

  async positions(topics: string[], options?: { eventual: boolean }): Promise<Record<string, Position>> {
    const unique = [...new Set(topics)];
    const { items, unread } =
      unique.length > 0
        ? await this.options.table.getAvailable(unique.map(headKey), { retryFor: HEADS_FOR, ...options })
        : { items: [], unread: [] };
    const found = new Map(items.map((head) => [head.pk, head]));
    const omitted = new Set(unread.map(({ pk }) => pk));
    return Object.fromEntries(
      unique
        .filter((topic) => !omitted.has(partition(topic)))
        .map((topic) => [topic, positionOf(found.get(partition(topic)))]),
    );
  }

  private async commit(drafts: readonly Draft[], head: Item | undefined): Promise<'busy' | GroupOutcome[]> {
    const { table, newId, clock } = this.options;
    const [{ topic } = { topic: '' }] = drafts;
    const { epoch, sequence } = head ? positionOf(head) : { epoch: newId(), sequence: START.sequence };
    const appends = drafts.map(({ subject, ...content }, index) => ({
      subject,
      message: { ...content, epoch, sequence: sequence + 1 + index },
      fingerprint: createHash('sha256').update(JSON.stringify(content.data)).digest('base64url'),
    }));
    const next = { ...headKey(topic), epoch, lastSequence: sequence + drafts.length, appendedAt: clock.now() };
    const hint = this.hintFor(head, next);
    const outcome = await table.transact(this.writes(appends, head, next, hint));
    if (outcome === 'written') {
      await (hint && this.options.hinting?.hints.send(hint));
      return appends.map(({ message }) => message);
    }
    if (outcome === 'busy') {
      return outcome;
    }
    const used = outcome.slice(-drafts.length).map((rejection) => rejection?.found);
    return used.some(Boolean) ? used.map((found, index) => outcomeOf(appends[index], found)) : 'busy';
  }

  /** @returns the hint for the messages between two heads, if the topic has paused */
  private hintFor(head: Item | undefined, { pk, epoch, lastSequence, appendedAt }: Item): Hint | undefined {
    const { hinting } = this.options;
    if (!hinting || appendedAt - (head?.appendedAt ?? 0) <= hinting.after) {
      return undefined;
    }
    const topic = pk.slice(KeyPrefix.TOPIC.length);
    return { topic, epoch, first: positionOf(head).sequence + 1, last: lastSequence };
  }

  /** Writes with conditions: the head is unchanged, the messages do not exist, and the ids are new or have expired. */
  private writes(
    appends: readonly Append[],
    head: Item | undefined,
    next: Item,
    hint: Hint | undefined,
  ): [head: Write, ...messagesAndIds: Write[]] {
    const now = this.seconds();
    const expiresAt = now + this.options.retentionSeconds;
    return [
      {
        put: next,
        condition: head
          ? {
              expression: 'epoch = :epoch AND lastSequence = :last',
              values: { ':epoch': head.epoch, ':last': head.lastSequence },
            }
          : ABSENT,
      },
      ...appends.map(({ message: { topic, id, data, publishedAt, ...position } }) => ({
        put: {
          ...messageKey(topic, position),
          ...position,
          id,
          data: JSON.stringify(data),
          publishedAt,
          expiresAt,
          ...(hint && { hintFirst: hint.first, hintLast: hint.last }),
        },
        condition: ABSENT,
      })),
      ...appends.map(({ message: { topic, id, epoch, sequence, publishedAt }, subject, fingerprint }) => ({
        put: { ...idKey(topic, epoch, subject, id), epoch, sequence, publishedAt, fingerprint, expiresAt },
        condition: { expression: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': now } },
      })),
    ];
  }

  private seconds(): number {
    return Math.floor(this.options.clock.now() / 1000);
  }
}

/** A message to append, and what its id is remembered with. */
interface Append {
  message: Message;
  subject: string;
  fingerprint: string;
}

/** @param found - item of the append's id, if it was used before */
function outcomeOf(append: Append | undefined, found: Item | undefined): GroupOutcome {
  if (!append || !found) {
    return 'again';
  }
  const { epoch, sequence, publishedAt } = found;
  return found.fingerprint === append.fingerprint ? { ...append.message, epoch, sequence, publishedAt } : 'conflict';
}

const ABSENT = { expression: 'attribute_not_exists(pk)' };

/** None of the parts contains a `#`. */
const idKey = (topic: string, epoch: string, subject: string, id: string): Key => ({
  pk: `${KeyPrefix.ID}${topic}#${epoch}#${subject}#${id}`,
  sk: SortKey.ID,
});
const positionOf = (head: Item | undefined): Position =>
  head ? { epoch: head.epoch, sequence: head.lastSequence } : START;
