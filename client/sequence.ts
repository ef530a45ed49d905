import type { Message, Position } from './protocol';

/** A page of `GET /v1/topics/{topic}/messages`. Its position is the topic's head: the position of its latest message. */
export interface Page extends Position {
  topic: string;
  /** False if messages after the requested position are no longer kept, or if that position never existed. */
  recovered: boolean;
  messages: Omit<Message, 'topic'>[];
}

/** Throws a `TypeError` if a subscription or a read of history cannot begin there. */
export function checkStart(after: unknown, last: unknown): void {
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  const { epoch, sequence } = Object(after);
  const problem =
    after !== undefined && (typeof epoch !== 'string' || !isCount(sequence))
      ? `after must be a position, got ${JSON.stringify(after)}`
      : last !== undefined &&
        (after
          ? 'Only one of after and last must be set'
          : !isCount(last) && `last must be an integer from 0, got ${last}`);
  if (problem) {
    throw new TypeError(`${problem}. Fix: correct it, or leave it out.`);
  }
}

/** Maximum number of pushes that wait for an earlier message. Further ones are dropped, and read from history later. */
const MAX_AHEAD = 1_000;

/**
 * Ordering of one topic. A push is a hint; history is authoritative. Performs no I/O: pass in what arrives, call
 * {@link next} and {@link handled} until no message is left, and read history while {@link behind} is true.
 */
export class Sequence {
  readonly #ahead = new Map<number, Message>();
  /** The highest sequence known to exist. */
  #head = 0;
  /** True if something contradicts the position, such as another epoch. Only history shows which of the two is current. */
  #doubtful = false;
  /** The latest push of another epoch. A page that was requested before it was committed does not contain it. */
  #elsewhere: Position | undefined;
  /** Position of the last handled message. */
  position: Position | undefined;

  /** Number of messages before the first head to begin with. */
  readonly #last: number;
  /** Sequence up to which a missing message is not lost: it was published before the subscription. */
  #since = -1;

  /**
   * @param position of the last handled message; undefined until the topic's head is known.
   * @param last number of messages before that head to begin with, as far as they are kept.
   */
  constructor(position: Position | undefined, last = 0) {
    this.position = position;
    this.#last = last;
  }

  /** True if history has to be read. */
  get behind(): boolean {
    return this.position !== undefined && (this.#doubtful || this.#head > this.position.sequence);
  }

  /** @returns the message after the position, or undefined if it has not arrived. Call {@link handled} with it. */
  next(): Message | undefined {
    const { position } = this;
    const message = position && this.#ahead.get(position.sequence + 1);
    if (!message) {
      return undefined;
    }
    this.#ahead.delete(message.sequence);
    if (!this.#continues(message.epoch)) {
      this.#doubtful = true;
      return undefined;
    }
    return message;
  }

  /** Advances the position to the message that {@link next} returned. */
  handled({ epoch, sequence }: Message): void {
    this.position = { epoch, sequence };
  }

  /** Takes in a pushed message. */
  push(message: Message): void {
    if (this.position && !this.#continues(message.epoch)) {
      this.#doubtful = true;
      this.#elsewhere = message;
    } else if (this.#ahead.size < MAX_AHEAD) {
      this.#put(message);
    } else {
      this.#head = Math.max(this.#head, message.sequence);
    }
  }

  /**
   * Takes in the topic's head, as reported by the server.
   *
   * @param subscribed - false if it comes from a `pong`. A lower head is then only older than a push of the same epoch.
   */
  reportHead(position: Position, subscribed: boolean): void {
    if (!this.position) {
      this.#since = position.sequence;
      this.#jumpTo({ ...position, sequence: Math.max(0, position.sequence - this.#last) });
    }
    if (!this.#continues(position.epoch) || (subscribed && position.sequence < (this.position as Position).sequence)) {
      this.#doubtful = true;
    } else {
      this.#head = Math.max(this.#head, position.sequence);
    }
  }

  /**
   * Takes in a page of history.
   *
   * @param from the position when the page was requested.
   * @returns false if messages were lost: the position is then the topic's head.
   */
  read(from: Position, page: Page): boolean {
    const oldest = page.messages[0];
    const start = oldest ? oldest.sequence - 1 : page.sequence;
    const expired =
      this.position === from && page.epoch === from.epoch && start > from.sequence && start <= this.#since;
    if (expired) {
      this.#jumpTo({ epoch: page.epoch, sequence: start });
    }
    const follows = expired || (page.recovered && (!from.epoch || page.epoch === from.epoch));
    if (follows) {
      this.#discardOtherEpochs(page);
      for (const message of page.messages) {
        this.#put({ topic: page.topic, ...message });
      }
    } else if (this.position !== from) {
      // Pushes advanced the position meanwhile, so perhaps nothing was lost: read again from there.
      this.#doubtful = true;
    } else {
      this.#jumpTo({ epoch: page.epoch, sequence: page.sequence });
      return false;
    }
    return true;
  }

  /**
   * Discards pushes of other epochs than the page's. Such a push is obsolete, and would be waited for forever; or it is
   * newer than the page, and the next page contains it.
   */
  #discardOtherEpochs({ epoch, sequence }: Position): void {
    const head = this.#head;
    this.#head = sequence;
    this.#doubtful = false;
    for (const message of this.#ahead.values()) {
      if (message.epoch === epoch) {
        this.#head = Math.max(this.#head, message.sequence);
      } else {
        this.#ahead.delete(message.sequence);
        this.#doubtful = true;
      }
    }
    this.#doubtful ||= head > this.#head;
  }

  /** True if the epoch is the current one, or if the topic had none because it had no message yet. */
  #continues(epoch: string): boolean {
    return !this.position?.epoch || epoch === this.position.epoch;
  }

  #put(message: Message): void {
    if (!this.position || message.sequence > this.position.sequence) {
      this.#head = Math.max(this.#head, message.sequence);
      this.#ahead.set(message.sequence, message);
    }
  }

  #jumpTo(position: Position): void {
    const pushed = [...this.#ahead.values()];
    const elsewhere = this.#elsewhere;
    this.#ahead.clear();
    this.#elsewhere = undefined;
    this.position = position;
    this.#head = Math.max(position.sequence, elsewhere?.epoch === position.epoch ? elsewhere.sequence : 0);
    this.#doubtful = false;
    for (const message of pushed) {
      this.push(message);
    }
  }
}
