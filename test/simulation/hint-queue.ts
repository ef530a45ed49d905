import type { SQSEvent } from 'aws-lambda';
import { failure } from '../support/memory/dynamodb';
import type { Faults } from './faults';
import { invocationOf } from './queue';
import type { Time } from './time';

/**
 * Settings of lib/storage/message-log.ts and lib/websocket-lane/delivery.ts: hints in an invocation, concurrent invocations,
 * and milliseconds for which a hint is kept. It is visible again only after that, so each is received once.
 */
const [BATCH, MOST_PUSHES, RETENTION] = [10, 20, 60_000];

/** Maximum milliseconds by which a hint is late, and between two receptions of a hint. */
const [LATE, AGAIN] = [90_000, 3000];

interface Entry {
  messageId: string;
  body: string;
  /** Time at which the queue accepted it, in milliseconds since 1970. */
  sentAt: number;
}

/** Emulates the hint queue and its event source mapping. A hint can be lost, late or repeated, and is never retried. */
export class HintQueue {
  private ready: Entry[] = [];
  private sent = 0;
  private pushes = 0;
  private scheduled = false;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly push: (event: SQSEvent) => Promise<unknown>,
  ) {}

  /** Performs SendMessage. */
  answer(operation: string, input: object): object {
    if (operation !== 'SendMessage') {
      throw new Error(`The hint queue refuses ${operation}`);
    }
    if (this.faults.strikes('a hint is never sent')) {
      throw failure('AccessDeniedException', 'The publisher has no permission to send', {}, 403);
    }
    const { MessageBody: body } = input as { MessageBody: string };
    const late = this.faults.strikes('a hint is late') ? LATE * this.time.random() : 0;
    // A hint can be late on its way to the queue, or in it.
    const before = late * (this.time.random() < 0.5 ? 1 : 0);
    this.time.setTimeout(() => this.add(body, late - before), before);
    return { MessageId: 'hint' };
  }

  /** @param after milliseconds until the event source receives the hint */
  add(body: string, after = 0): void {
    this.sent += 1;
    const entry = { messageId: `hint-${this.sent}`, body, sentAt: this.time.now() };
    if (!this.faults.strikes('a hint is lost')) {
      this.show(entry, after);
    }
    if (this.faults.strikes('a hint is received twice')) {
      this.show(entry, after + AGAIN * this.time.random() ** 3);
    }
  }

  private show(entry: Entry, after: number): void {
    this.time.setTimeout(() => {
      this.ready.push(entry);
      this.poll();
    }, after);
  }

  private poll(): void {
    if (!this.scheduled) {
      this.scheduled = true;
      this.time.setTimeout(() => this.receive(), 1 + 20 * this.time.random());
    }
  }

  private receive(): void {
    this.scheduled = false;
    this.ready = this.ready.filter(({ sentAt }) => sentAt + RETENTION > this.time.now());
    while (this.ready.length > 0 && this.pushes < MOST_PUSHES) {
      this.pushes += 1;
      void this.push(invocationOf(this.ready.splice(0, BATCH).map((entry) => ({ ...entry, receives: 1 })))).finally(
        () => {
          this.pushes -= 1;
          if (this.ready.length > 0) {
            this.poll();
          }
        },
      );
    }
  }
}
