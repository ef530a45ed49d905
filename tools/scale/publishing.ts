import { Cost, Quota } from './facts';
import type { Random } from './random';
import type { Scenario } from './scenario';
import type { Timeline } from './timeline';

/** A message in the log. */
export interface Published {
  readonly topic: number;
  /** Time of the publish request, in seconds. */
  readonly at: number;
}

/**
 * The message log. A publish passes the subject's rate limit, then the topic's appends run one after another. Each takes as long
 * as a read and a transaction, or as long as its partition needs for the writes. A publish that would wait longer than the
 * timeout is rejected.
 */
export class Publishing {
  published = 0;
  rejected = 0;
  private readonly freeAt = new Map<number, number>();
  private readonly appended = new Map<number, number>();

  constructor(
    private readonly timeline: Timeline,
    private readonly scenario: Scenario,
  ) {}

  /** Publishes the messages of the scenario at random times on random topics. @param record called with each message */
  start(random: Random, record: (message: Published) => void): void {
    const { topics, rate, duration } = this.scenario;
    const times = Float64Array.from({ length: messagesOf(this.scenario) }, () => random.next() * duration).sort();
    let next = 0;
    const publish = () => {
      const at = this.timeline.now;
      const topic = random.below(topics);
      const allowed = at + Cost.rateLimitSeconds.value;
      const free = Math.max(allowed, this.freeAt.get(topic) ?? 0);
      if (free - allowed > Cost.appendTimeout.value) {
        this.rejected += 1;
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

  /** Write units of one append. A transaction writes the head, the id and the message, at two units for each KiB. */
  get writeUnits(): number {
    return 2 * (1 + 1 + Math.ceil(this.scenario.bytes / 1024));
  }

  /** Number of messages of the topic with the most messages. */
  get most(): number {
    return Math.max(0, ...this.appended.values());
  }
}

/** @returns the total number of messages; at least 1 */
export function messagesOf({ topics, rate, duration }: Scenario): number {
  return Math.max(1, Math.round(topics * rate * duration));
}
