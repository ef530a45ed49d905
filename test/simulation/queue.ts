import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Faults } from './faults';
import { type Outcome, valueOf } from './process';
import type { Time } from './time';

/** Settings of the queue in lib/websocket-lane/delivery.ts. The visibility timeout is six times the function's 30 s. */
const [BATCH, RECEIVES, VISIBILITY] = [10, 20, 180_000];

/** Quotas of SendMessageBatch: entries, total bytes of the bodies, seconds of delay. */
const [ENTRIES, BATCH_BYTES, DELAY] = [10, 256 * 1024, 900];

interface Entry {
  messageId: string;
  body: string;
  receives: number;
  /** Time at which the queue accepted it, in milliseconds since 1970. */
  sentAt: number;
}

/** Characters that SQS does not accept. */
const INVALID = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Input of SendMessageBatch. */
interface BatchInput {
  readonly Entries: readonly { readonly Id: string; readonly MessageBody: string; readonly DelaySeconds?: number }[];
}

/** Emulates a standard queue of SQS and its event source mapping: each entry is delivered at least once, in any order. */
export class Queue {
  /** Number of entries that exceeded the maximum number of receives, and of letters that functions sent. */
  dead = 0;
  private ready: Entry[] = [];
  private unfinished = 0;
  private sent = 0;
  private scheduled = false;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly deliver: (event: SQSEvent) => Promise<Outcome<SQSBatchResponse>>,
    private readonly accepted: (body: string) => void,
  ) {}

  /** Number of messages, visible or not. */
  get waiting(): number {
    return this.unfinished;
  }

  /** Performs SendMessageBatch, or SendMessage to the dead-letter queue. */
  answer(operation: string, input: object): object {
    if (operation === 'SendMessage') {
      this.dead += 1;
      return {};
    }
    const { Entries } = input as BatchInput;
    checkBatch(operation, Entries);
    const invalid = Entries.filter(({ MessageBody }) => INVALID.test(MessageBody));
    const refused = Entries.filter(
      (each) => !invalid.includes(each) && this.faults.strikes('the queue rejects entries'),
    );
    const accepted = Entries.filter((each) => !invalid.includes(each) && !refused.includes(each));
    const Successful = accepted.map(({ Id, MessageBody, DelaySeconds = 0 }) => {
      this.unfinished += 1;
      this.sent += 1;
      const MessageId = `message-${this.sent}`;
      this.show({ messageId: MessageId, body: MessageBody, receives: 0, sentAt: this.time.now() }, DelaySeconds * 1000);
      this.accepted(MessageBody);
      return { Id, MessageId };
    });
    const Failed = [
      ...refused.map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError' })),
      ...invalid.map(({ Id }) => ({ Id, SenderFault: true, Code: 'InvalidMessageContents' })),
    ];
    return { Successful, ...(Failed.length > 0 && { Failed }) };
  }

  private show(entry: Entry, after: number): void {
    this.time.setTimeout(() => {
      const late = this.faults.strikes('the queue delivers out of order') && this.ready.length > 0;
      this.ready.splice(late ? Math.floor(this.time.random() * this.ready.length) : this.ready.length, 0, entry);
      if (!this.scheduled) {
        this.scheduled = true;
        this.time.setTimeout(() => this.deliverReady(), 1 + 20 * this.time.random());
      }
    }, after);
  }

  private deliverReady(): void {
    this.scheduled = false;
    while (this.ready.length > 0) {
      void this.receive(this.ready.splice(0, BATCH));
    }
  }

  private async receive(entries: Entry[]): Promise<void> {
    for (const entry of entries) {
      entry.receives += 1;
    }
    const failed = failedOf(entries, valueOf(await this.deliver(invocationOf(entries))));
    for (const entry of entries) {
      if (!failed.includes(entry) && !this.faults.strikes('the queue delivers twice')) {
        this.unfinished -= 1;
      } else if (entry.receives >= RECEIVES) {
        this.unfinished -= 1;
        this.dead += 1;
      } else {
        this.show(entry, failed.includes(entry) ? VISIBILITY : 30_000 * this.time.random());
      }
    }
  }
}

function checkBatch(operation: string, entries: BatchInput['Entries']): void {
  const bytes = entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
  if (
    operation !== 'SendMessageBatch' ||
    entries.length < 1 ||
    entries.length > ENTRIES ||
    bytes > BATCH_BYTES ||
    new Set(entries.map(({ Id }) => Id)).size < entries.length ||
    entries.some(({ DelaySeconds = 0 }) => !Number.isInteger(DelaySeconds) || DelaySeconds < 0 || DelaySeconds > DELAY)
  ) {
    throw new Error(`SQS refuses ${operation} of ${entries.length} entries with ${bytes} bytes`);
  }
}

/** @returns the event of an invocation with entries of a queue */
export function invocationOf(entries: readonly Entry[]): SQSEvent {
  return {
    Records: entries.map(({ messageId, body, receives, sentAt }) => ({
      messageId,
      receiptHandle: `${messageId}.${receives}`,
      body,
      attributes: {
        ApproximateReceiveCount: String(receives),
        SentTimestamp: String(Math.floor(sentAt)),
        SenderId: 'simulated',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:111122223333:deliveries',
      awsRegion: 'us-east-1',
    })),
  };
}

/** @returns the failed entries: all if the function failed or reported an unknown id. */
function failedOf(entries: readonly Entry[], response: SQSBatchResponse | undefined): readonly Entry[] {
  const ids = response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const known = ids?.every((id) => entries.some(({ messageId }) => messageId === id));
  return ids && known ? entries.filter(({ messageId }) => ids.includes(messageId)) : entries;
}
