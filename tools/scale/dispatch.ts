import { Cost, Quota } from './facts';
import { groupBy } from './group-by';
import type { Published } from './publishing';
import type { Random } from './random';
import type { Scenario } from './scenario';
import type { Timeline } from './timeline';

/** Entries of the queue that left in one call: the same messages, for shards `from` to `to` (without it) of a topic. */
export interface Sent {
  readonly topic: number;
  readonly from: number;
  readonly to: number;
  /** When each message was asked to be published. */
  readonly messages: readonly number[];
}

/** What one shard of the stream is read into. A topic is in one, so its messages leave in order. */
interface Lane {
  readonly phase: number;
  readonly waiting: Published[];
  invocations: number;
  state: 'idle' | 'polling' | 'gathering' | 'sending';
}

/** Shards that the stream of a new on-demand table has, and so function invocations at once. */
const STREAM_SHARDS = 4;

/** Stream → dispatch → queue: reads what has come, and sends an entry for each shard of each topic's subscribers. */
export class Dispatch {
  /** Seconds that the longest invocation took. */
  longest = 0;
  entries = 0;
  private readonly lanes: Lane[];

  /**
   * @param send takes the entries of one call when it is answered
   * @param giveUp takes those of a call that would be answered after the function's timeout
   */
  constructor(
    private readonly timeline: Timeline,
    private readonly scenario: Scenario,
    private readonly shardsOf: (topic: number) => number,
    random: Random,
    private readonly send: (sent: Sent) => void,
    private readonly giveUp: (sent: Sent) => void,
  ) {
    this.lanes = Array.from({ length: STREAM_SHARDS }, () => ({
      phase: random.next(),
      waiting: [],
      invocations: 0,
      state: 'idle',
    }));
  }

  /** Takes a message that the stream has. */
  record(message: Published): void {
    const lane = this.lanes[message.topic % STREAM_SHARDS];
    lane?.waiting.push(message);
    if (lane?.state === 'idle') {
      this.poll(lane);
    } else if (lane?.state === 'gathering' && lane.waiting.length >= Cost.streamBatch.value) {
      this.invoke(lane);
    }
  }

  /** Looks at the next poll, gathers until the batching window ends or a batch is full, and invokes. */
  private poll(lane: Lane): void {
    const { now } = this.timeline;
    const polls = Quota.streamPollsPerSecond.value;
    const next = (Math.ceil(now * polls - lane.phase) + lane.phase) / polls;
    lane.state = 'polling';
    this.timeline.at(next, () => {
      const { maxBatchingWindow } = this.scenario;
      if (maxBatchingWindow === 0 || lane.waiting.length >= Cost.streamBatch.value) {
        this.invoke(lane);
        return;
      }
      const invocation = lane.invocations;
      lane.state = 'gathering';
      this.timeline.after(maxBatchingWindow, () => {
        if (lane.invocations === invocation) {
          this.invoke(lane);
        }
      });
    });
  }

  private invoke(lane: Lane): void {
    lane.state = 'sending';
    lane.invocations += 1;
    const byTopic = groupBy(lane.waiting.splice(0, Cost.streamBatch.value), ({ topic }) => topic);
    let calls = 0;
    for (const [topic, messages] of byTopic) {
      for (const chunk of this.chunks(messages.map(({ at }) => at))) {
        calls = this.sendAll(topic, chunk, calls);
      }
    }
    const seconds =
      byTopic.size * Cost.planSeconds.value + Math.ceil(calls / Cost.sendsAtOnce.value) * Cost.sendSeconds.value;
    this.longest = Math.max(this.longest, seconds);
    this.timeline.after(seconds, () => {
      lane.state = 'idle';
      if (lane.waiting.length > 0) {
        this.poll(lane);
      }
    });
  }

  /** @returns how many calls the invocation makes so far. */
  private sendAll(topic: number, messages: readonly number[], callsBefore: number): number {
    const shards = this.shardsOf(topic);
    const bytes = messages.length * this.scenario.bytes;
    const together = Math.max(1, Math.min(Quota.queueBatch.value, Math.floor(Quota.queueBatchBytes.value / bytes)));
    let calls = callsBefore;
    for (let from = 0; from < shards; from += together) {
      const sent = { topic, from, to: Math.min(shards, from + together), messages };
      const wave = Math.floor(calls / Cost.sendsAtOnce.value) + 1;
      const seconds = Cost.planSeconds.value + wave * Cost.sendSeconds.value;
      if (seconds > Cost.dispatchTimeout.value) {
        this.giveUp(sent);
      } else {
        this.timeline.after(seconds, () => this.send(sent));
        this.entries += sent.to - sent.from;
      }
      calls += 1;
    }
    return calls;
  }

  private chunks(messages: number[]): number[][] {
    const size = Math.max(1, Math.floor(Cost.entryBytes.value / this.scenario.bytes));
    return Array.from({ length: Math.ceil(messages.length / size) }, (_, index) =>
      messages.slice(index * size, (index + 1) * size),
    );
  }
}
