import { Cost, Quota } from './facts';
import type { Random } from './random';
import type { Scenario } from './scenario';
import type { Timeline } from './timeline';

/** A message in the log. */
export interface Published {
  readonly topic: number;
  /** When its publisher asked, in seconds. */
  readonly at: number;
}

/**
 * The message log: a publisher spends from its allowance, then a topic's appends come one after another, each as long as a
 * read and a transaction take, or as its partition needs to write it. Whoever would wait longer than a publisher's
 * patience is refused.
 */
export class Publishing {
  published = 0;
  refused = 0;
  private readonly freeAt = new Map<number, number>();
  private readonly appended = new Map<number, number>();

  constructor(
    private readonly timeline: Timeline,
    private readonly scenario: Scenario,
  ) {}

  /** Publishes as many messages as the scenario says, at random times on random topics. @param record takes each. */
  start(random: Random, record: (message: Published) => void): void {
    const { topics, rate, duration } = this.scenario;
    const times = Float64Array.from({ length: messagesOf(this.scenario) }, () => random.next() * duration).sort();
    let next = 0;
    const publish = () => {
      const at = this.timeline.now;
      const topic = random.below(topics);
      const allowed = at + Cost.allowanceSeconds.value;
      const free = Math.max(allowed, this.freeAt.get(topic) ?? 0);
      if (free - allowed > Cost.appendPatience.value) {
        this.refused += 1;
      } else {
        const done = free + Math.max(Cost.appendSeconds.value, this.writeUnits / Quota.partitionWrites.value);
        this.freeAt.set(topic, done);
        this.appended.set(topic, (this.appended.get(topic) ?? 0) + 1);
        this.published += 1;
        this.timeline.at(done + Cost.streamSeconds.value, () => record({ topic, at }));
      }
      const time = times[++next];
      if (time !== undefined) {
        this.timeline.at(time, publish);
      }
    };
    if (rate > 0) {
      this.timeline.at(times[0] ?? 0, publish);
    }
  }

  /** Write units of one append: a transaction writes head, id and message, each twice, by the KiB. */
  get writeUnits(): number {
    return 2 * (1 + 1 + Math.ceil(this.scenario.bytes / 1024));
  }

  /** Messages of the topic that has most. */
  get most(): number {
    return Math.max(0, ...this.appended.values());
  }
}

/** @returns how many messages are published in all; at least one. */
export function messagesOf({ topics, rate, duration }: Scenario): number {
  return Math.max(1, Math.round(topics * rate * duration));
}
