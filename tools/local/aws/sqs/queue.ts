import { createHash, randomUUID } from 'node:crypto';
import type { QueueBlueprint } from '../../blueprint';
import { Arrivals } from './arrivals';
import type { Message, MessageAttributes } from './message';

/** A FIFO queue accepts a deduplication id once in 5 minutes. Source: "Exactly-once processing in Amazon SQS". */
const DEDUPLICATION_MS = 5 * 60 * 1000;

/** Input of a sender. */
export interface Sending {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader?: string;
  readonly sender: string;
  /** @default - the delay of the queue */
  readonly delaySeconds?: number;
  readonly group?: string;
  /** @default - the digest of the body */
  readonly deduplicationId?: string;
}

/** Receives every change of a message. */
export interface Changes {
  put(queue: string, message: Message): void;
  delete(queue: string, message: Message): void;
}

/** A queue, which keeps each message until it is deleted, in the order of sending. */
export class Queue {
  private readonly messages: Map<string, Message>;
  private readonly deduplicated = new Map<string, { readonly message: Message; readonly at: number }>();
  private readonly arrivals = new Arrivals();
  private lastOrder: number;

  /**
   * @param kept messages of an earlier run, in order
   * @param deadLetter receives messages that reached the maximum receive count
   * @param latencyMs returns the whole milliseconds until a new message can be received, beside its delay
   */
  constructor(
    readonly blueprint: QueueBlueprint,
    kept: readonly Message[],
    private readonly changes: Changes,
    private readonly now: () => number,
    private readonly deadLetter: (message: Message) => void,
    private readonly latencyMs: () => number = () => 0,
  ) {
    this.messages = new Map(kept.map((message) => [message.id, message]));
    // Greater than every position of an earlier run, unless that run received a million messages per second.
    this.lastOrder = now() * 1000;
  }

  send({ delaySeconds, group, deduplicationId, ...sending }: Sending): Message {
    const { fifo } = this.blueprint;
    const id = deduplicationId ?? createHash('sha256').update(sending.body).digest('hex');
    const duplicate = fifo && this.duplicateOf(id);
    if (duplicate) {
      return duplicate;
    }
    const order = this.nextOrder();
    const message: Message = {
      ...sending,
      id: randomUUID(),
      order,
      sentAt: this.now(),
      visibleAt: this.now() + 1000 * (delaySeconds ?? this.blueprint.delaySeconds) + this.latencyMs(),
      receiveCount: 0,
      ...(fifo && { group, deduplicationId: id, sequenceNumber: String(order).padStart(20, '0') }),
    };
    if (fifo) {
      this.deduplicated.set(id, { message, at: this.now() });
    }
    this.add(message);
    return message;
  }

  /** Adds a message that another queue moved to this dead-letter queue. */
  accept({ receiptHandle: _, ...message }: Message, deadLetterSource: string): void {
    this.add({ ...message, deadLetterSource, order: this.nextOrder(), visibleAt: this.now() });
  }

  /** Receives and deletes all visible messages. */
  take(): Message[] {
    const taken = this.receive(Number.POSITIVE_INFINITY);
    for (const message of taken) {
      this.remove(message);
    }
    return taken;
  }

  /** Receives visible messages, and hides them from other receivers. */
  receive(max: number, visibilitySeconds = this.blueprint.visibilityTimeoutSeconds): Message[] {
    this.expire();
    const received: Message[] = [];
    const busyGroups = this.busyGroups();
    for (const message of this.messages.values()) {
      if (received.length === max) {
        break;
      }
      const isFree = message.visibleAt <= this.now() && !busyGroups.has(message.group);
      if (isFree && !this.giveUp(message)) {
        message.visibleAt = this.now() + 1000 * visibilitySeconds;
        message.receiveCount += 1;
        message.firstReceivedAt ??= this.now();
        message.receiptHandle = Buffer.from(`${message.id}/${randomUUID()}`).toString('base64');
        this.changes.put(this.blueprint.name, message);
        received.push(message);
      }
    }
    return received;
  }

  /**
   * Receives messages as soon as any are visible, or none when the time is over.
   *
   * @param end returns the signal that ends the wait because the receiver has disconnected
   */
  async receiveWithin(
    waitSeconds: number,
    max: number,
    visibilitySeconds: number | undefined,
    end: () => AbortSignal,
  ): Promise<Message[]> {
    const atOnce = this.receive(max, visibilitySeconds);
    if (atOnce.length > 0 || waitSeconds === 0) {
      return atOnce;
    }
    const deadline = this.now() + 1000 * waitSeconds;
    const signal = end();
    while (!signal.aborted && this.now() < deadline) {
      await this.arrivals.next(Math.min(deadline, this.nextVisible()) - this.now(), signal);
      const received = signal.aborted ? [] : this.receive(max, visibilitySeconds);
      if (received.length > 0) {
        return received;
      }
    }
    return [];
  }

  /** Deletes the message of a receipt, even if the receipt is out of date. A message that no longer exists is not an error. */
  delete(receiptHandle: string): void {
    const message = this.messages.get(idOf(receiptHandle));
    if (message) {
      this.remove(message);
      this.arrivals.announce();
    }
  }

  /** @returns false if no message with this receipt is in flight */
  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.messages.get(idOf(receiptHandle));
    if (message?.receiptHandle !== receiptHandle || message.visibleAt <= this.now()) {
      return false;
    }
    message.visibleAt = this.now() + 1000 * seconds;
    this.changes.put(this.blueprint.name, message);
    this.arrivals.announce();
    return true;
  }

  /** @returns the first messages in order, without receiving them */
  peek(max: number): (Message & { readonly state: 'visible' | 'in flight' | 'delayed' })[] {
    this.expire();
    return [...this.messages.values()].slice(0, max).map((message) => {
      const hidden = message.receiveCount === 0 ? ('delayed' as const) : ('in flight' as const);
      return { ...message, state: message.visibleAt > this.now() ? hidden : ('visible' as const) };
    });
  }

  purge(): void {
    for (const message of this.messages.values()) {
      this.remove(message);
    }
  }

  /** @returns the numbers of messages that are visible, in flight and delayed */
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    this.expire();
    const hidden = [...this.messages.values()].filter(({ visibleAt }) => visibleAt > this.now());
    const delayed = hidden.filter(({ receiveCount }) => receiveCount === 0).length;
    return { visible: this.messages.size - hidden.length, inFlight: hidden.length - delayed, delayed };
  }

  /** The message groups of a FIFO queue that are blocked by a message in flight, or by a delayed message. */
  private busyGroups(): Set<string | undefined> {
    const messages = this.blueprint.fifo ? [...this.messages.values()] : [];
    return new Set(messages.filter(({ visibleAt }) => visibleAt > this.now()).map(({ group }) => group));
  }

  private add(message: Message): void {
    this.messages.set(message.id, message);
    this.changes.put(this.blueprint.name, message);
    this.arrivals.announce();
  }

  private remove(message: Message): void {
    this.messages.delete(message.id);
    this.changes.delete(this.blueprint.name, message);
  }

  private nextOrder(): number {
    this.lastOrder += 1;
    return this.lastOrder;
  }

  private duplicateOf(id: string): Message | undefined {
    for (const [known, { at }] of this.deduplicated) {
      if (at > this.now() - DEDUPLICATION_MS) {
        break;
      }
      this.deduplicated.delete(known);
    }
    return this.deduplicated.get(id)?.message;
  }

  /** Moves the message to the dead-letter queue if it reached the maximum receive count. @returns true if it was moved */
  private giveUp(message: Message): boolean {
    const { deadLetter } = this.blueprint;
    if (!deadLetter || message.receiveCount < deadLetter.maxReceiveCount) {
      return false;
    }
    this.remove(message);
    this.deadLetter(message);
    return true;
  }

  private expire(): void {
    for (const message of this.messages.values()) {
      if (message.sentAt > this.now() - 1000 * this.blueprint.retentionSeconds) {
        return;
      }
      this.remove(message);
    }
  }

  private nextVisible(): number {
    return Math.min(...[...this.messages.values()].map(({ visibleAt }) => visibleAt).filter((at) => at > this.now()));
  }
}

function idOf(receiptHandle: string): string {
  return Buffer.from(receiptHandle, 'base64').toString().split('/')[0] ?? '';
}
