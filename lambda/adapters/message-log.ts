import { createHash } from 'node:crypto';
import { KeyPrefix, SortKey } from '../keys';
import { untilDeadline } from '../realtime/backoff';
import { firstAfter } from '../realtime/bisection';
import { historyPage } from '../realtime/history';
import { type Clock, type Draft, type History, type MessageLog, Unavailable } from '../realtime/ports';
import { type Message, type Position, START } from '../../client/protocol';
import { Turns } from '../realtime/turns';
import { KeptMessages, messageKey, partition } from './kept-messages';
import type { Item, Table, Write } from './table';

export interface DynamoMessageLogOptions {
  table: Table;
  /** Seconds for which a message and its id are kept. */
  retentionSeconds: number;
  clock: Clock;
  /** Generates a topic's epoch with its first message. */
  newId: () => string;
}

/**
 * Milliseconds for which an append is retried after conflicts with other appends: far less than the 29 s that API Gateway
 * waits for a function and the 60 s that a load balancer waits for a response.
 */
const APPEND_RETRY_FOR = 4000;

/** A transaction takes about 10 ms, so the mean of the first delay is one transaction. */
const APPEND_BACKOFF = { base: 20, cap: 500 };

/** Milliseconds for which throttled heads are retried before their topics are omitted: all other topics wait for them. */
const HEADS_FOR = 300;

/**
 * Milliseconds after which a missing message is looked up again. A transaction does not become visible to readers at one
 * moment, so a head can be visible before its message, usually for a few milliseconds
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation).
 */
const VISIBLE_AFTER = 50;

/**
 * Message log on DynamoDB. All items of a topic have `pk` = `TOPIC#{topic}`:
 *
 * | sk | content | attributes |
 * | --- | --- | --- |
 * | `HEAD` | the position of the latest message | epoch, lastSequence |
 * | `MESSAGE#{16 digits}` | a message | epoch, sequence, id, data (as JSON text), publishedAt, expiresAt |
 * | `ID#{subject}#{id}` | an id that a subject used | epoch, sequence, publishedAt, fingerprint (of the data), expiresAt |
 *
 * A head never expires, so a sequence is never reused. After you restore the table from a backup, write a new epoch to every
 * head, so that clients detect that their state can be wrong. Messages of other epochs are not read, and new messages
 * overwrite them.
 */
export class DynamoMessageLog implements MessageLog {
  /** Serializes appends to a topic: concurrent ones from this process would conflict, and each attempt is billed. */
  private readonly turns = new Turns();

  constructor(private readonly options: DynamoMessageLogOptions) {}

  async append(draft: Draft): Promise<Message | 'conflict'> {
    const { clock } = this.options;
    const deadline = clock.now() + APPEND_RETRY_FOR;
    const outcome = await this.turns.take(draft.topic, async () => {
      return clock.now() > deadline
        ? 'busy'
        : untilDeadline(() => this.tryAppend(draft), { clock, deadline, backoff: APPEND_BACKOFF });
    });
    if (outcome === 'busy') {
      throw new Unavailable();
    }
    return outcome;
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

  private async tryAppend({ subject, ...content }: Draft): Promise<Message | 'conflict' | 'busy'> {
    const { table, newId } = this.options;
    const head = await table.get(headKey(content.topic));
    const message: Message = {
      ...content,
      epoch: head?.epoch ?? newId(),
      sequence: positionOf(head).sequence + 1,
    };
    const fingerprint = createHash('sha256').update(JSON.stringify(content.data)).digest('base64url');
    const outcome = await table.transact(this.writes(message, head, { subject, fingerprint }));
    if (outcome === 'written' || outcome === 'busy') {
      return outcome === 'written' ? message : 'busy';
    }
    const first = outcome[ID_WRITE]?.found;
    if (!first) {
      return 'busy';
    }
    const { epoch, sequence, publishedAt } = first;
    return first.fingerprint === fingerprint ? { ...content, epoch, sequence, publishedAt } : 'conflict';
  }

  /** Writes with conditions: the head is unchanged, the message does not exist, and the id is new or has expired. */
  private writes(
    { topic, epoch, sequence, id, data, publishedAt }: Message,
    head: Item | undefined,
    { subject, fingerprint }: { subject: string; fingerprint: string },
  ): Write[] {
    const pk = partition(topic);
    const expiresAt = this.seconds() + this.options.retentionSeconds;
    return [
      {
        put: { pk, sk: SortKey.HEAD, epoch, lastSequence: sequence },
        condition: head
          ? {
              expression: 'epoch = :epoch AND lastSequence = :last',
              values: { ':epoch': epoch, ':last': sequence - 1 },
            }
          : ABSENT,
      },
      {
        put: { pk, sk: messageKey(sequence), epoch, sequence, id, data: JSON.stringify(data), publishedAt, expiresAt },
        // A message of another epoch remained after the log was restored. It is overwritten.
        condition: { expression: 'attribute_not_exists(pk) OR epoch <> :epoch', values: { ':epoch': epoch } },
      },
      {
        put: { pk, sk: `${KeyPrefix.ID}${subject}#${id}`, epoch, sequence, publishedAt, fingerprint, expiresAt },
        condition: {
          expression: 'attribute_not_exists(pk) OR expiresAt <= :now',
          values: { ':now': this.seconds() },
        },
      },
    ];
  }

  private seconds(): number {
    return Math.floor(this.options.clock.now() / 1000);
  }
}

const ID_WRITE = 2;
const ABSENT = { expression: 'attribute_not_exists(pk)' };

const headKey = (topic: string) => ({ pk: partition(topic), sk: SortKey.HEAD });
const positionOf = (head: Item | undefined): Position =>
  head ? { epoch: head.epoch, sequence: head.lastSequence } : START;
