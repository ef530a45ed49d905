import type { Message } from '../../client/protocol';
import type { Hint } from '../../lambda/realtime/ports';
import type { Faults } from './faults';
import type { Time } from './time';

/** Bodies that are no hint. */
const UNREADABLE = [
  ...['', '{', 'null', '[]', '"hint"', '{}'],
  JSON.stringify({ topic: 'news', epoch: 'e', first: 2, last: 1 }),
  JSON.stringify({ topic: 'news', epoch: 'e', first: 1, last: 1_000_000 }),
  JSON.stringify({ topic: 'news', epoch: 'e#1', first: 1, last: 1 }),
  JSON.stringify({ topic: 'news#1', epoch: 'e', first: 1, last: 1 }),
  JSON.stringify({ topic: { S: 'news' }, epoch: 'e', first: 1, last: 1 }),
];

/** Maximum number of hints at once, and the maximum milliseconds until they are sent. */
const [AT_ONCE, WITHIN] = [5, 3000];

/**
 * Somebody who can write to the hint queue, and knows every message. Sends hints when a message is being written: its own
 * hint before all items of the transaction are visible, hints of earlier messages and of other tenants, with their ranges or
 * with others, and texts that are no hints.
 */
export class Forger {
  private readonly hints: Hint[] = [];

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly send: (body: string) => void,
  ) {}

  /** @param hint that the message was appended with */
  see({ topic, epoch, sequence }: Message, hint: Hint | undefined): void {
    this.hints.push(hint ?? { topic, epoch, first: sequence, last: sequence });
    if (this.faults.strikes('a hint is forged')) {
      const { random } = this.time;
      for (let left = 1 + Math.floor(AT_ONCE * random()); left > 0; left -= 1) {
        this.time.setTimeout(() => this.send(this.body()), random() < 0.5 ? 0 : WITHIN * random() ** 3);
      }
    }
  }

  private body(): string {
    const { hints } = this;
    const latest = hints.at(-1) as Hint;
    const [one, other] = [this.oneOf(hints), this.oneOf(hints)];
    const ofLatest = [
      latest,
      { ...latest, last: latest.first },
      { ...latest, last: latest.last + 1 },
      { ...latest, first: Math.max(1, latest.first - 1 - this.below(2)) },
    ];
    const others = [one, { ...one, first: one.last }, { ...one, topic: other.topic }, { ...one, epoch: other.epoch }];
    const isUnreadable = this.time.random() < 0.1;
    return isUnreadable ? this.oneOf(UNREADABLE) : JSON.stringify(this.oneOf(this.below(2) === 0 ? ofLatest : others));
  }

  private oneOf<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }

  private below(end: number): number {
    return Math.floor(end * this.time.random());
  }
}
