import type { Message, Position } from '../lambda/realtime/protocol';

/** What followed a position, as `GET /v1/topics/{topic}/messages` answers. The position is that of the topic's last message. */
export interface History extends Position {
  topic: string;
  /** False if something after the position asked for is no longer there, or the position never was. */
  recovered: boolean;
  messages: Omit<Message, 'topic'>[];
}

/** Pushes that wait for an earlier one. What comes beyond is read from history when its turn comes. */
const MOST_AHEAD = 1_000;

/**
 * The order of one topic: what is pushed is a hint, what history says is the truth. Decides and does nothing: put in what
 * arrives, take {@link next} until there is none, and read history while {@link behind}.
 */
export class Sequence {
  private readonly ahead = new Map<number, Message>();
  /** The last sequence that is known to exist. */
  private head = 0;
  /** Something was seen that does not fit the position. Only history can tell which of the two is of the past. */
  private doubtful = false;

  /** @param position of the last message that was handled; undefined until it is known where the topic stands. */
  constructor(public position: Position | undefined) {}

  get behind(): boolean {
    return this.position !== undefined && (this.doubtful || this.head > this.position.sequence);
  }

  /** @returns the message that is to be handled now, which it then is. */
  next(): Message | undefined {
    const { position } = this;
    const message = position && this.ahead.get(position.sequence + 1);
    if (!message) {
      return undefined;
    }
    this.ahead.delete(message.sequence);
    if (!this.continues(message.epoch)) {
      this.doubtful = true;
      return undefined;
    }
    this.position = { epoch: message.epoch, sequence: message.sequence };
    return message;
  }

  /** A message was pushed. */
  push(message: Message): void {
    if (this.position && !this.continues(message.epoch)) {
      this.doubtful = true;
    } else if (this.ahead.size < MOST_AHEAD) {
      this.put(message);
    } else {
      this.head = Math.max(this.head, message.sequence);
    }
  }

  /** The server said where the topic stands. */
  stands(position: Position): void {
    if (!this.position) {
      this.goTo(position);
    } else if (!this.continues(position.epoch) || position.sequence < this.position.sequence) {
      this.doubtful = true;
    } else {
      this.head = Math.max(this.head, position.sequence);
    }
  }

  /**
   * Takes in a page of history.
   *
   * @param asked the position when it was asked for.
   * @returns false if something was missed: the position is then that of the topic's last message.
   */
  read(asked: Position, page: History): boolean {
    const follows = page.recovered && (!asked.epoch || page.epoch === asked.epoch);
    if (follows) {
      this.agreeWith(page);
      for (const message of page.messages) {
        this.put({ topic: page.topic, ...message });
      }
    } else if (this.position !== asked) {
      // It was handled meanwhile what was missing, perhaps: ask again from there.
      this.doubtful = true;
    } else {
      this.goTo({ epoch: page.epoch, sequence: page.sequence });
      return false;
    }
    return true;
  }

  /**
   * Forgets what is not of the page's numbering. It was of the past, and would be waited for without end; or it is newer
   * than the page, and the next one has it.
   */
  private agreeWith({ epoch, sequence }: Position): void {
    const { head } = this;
    this.head = sequence;
    this.doubtful = false;
    for (const message of this.ahead.values()) {
      if (message.epoch === epoch) {
        this.head = Math.max(this.head, message.sequence);
      } else {
        this.ahead.delete(message.sequence);
        this.doubtful = true;
      }
    }
    this.doubtful ||= head > this.head;
  }

  /** An epoch goes on if it is the same, or the topic had none before its first message. */
  private continues(epoch: string): boolean {
    return !this.position?.epoch || epoch === this.position.epoch;
  }

  private put(message: Message): void {
    if (!this.position || message.sequence > this.position.sequence) {
      this.head = Math.max(this.head, message.sequence);
      this.ahead.set(message.sequence, message);
    }
  }

  private goTo(position: Position): void {
    const pushed = [...this.ahead.values()];
    this.ahead.clear();
    this.position = position;
    this.head = position.sequence;
    this.doubtful = false;
    for (const message of pushed) {
      this.push(message);
    }
  }
}
