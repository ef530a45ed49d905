import { Cost, Quota } from './facts';
import { groupBy } from './group-by';
import type { Published } from './publishing';
import type { Random } from './random';
import type { Scenario } from './scenario';
import type { Timeline } from './timeline';

/** Queue entries of one call: the same messages for the shards from `from` (inclusive) to `to` (exclusive) of a topic. */
export interface Sent {
  readonly topic: number;
  readonly from: number;
  readonly to: number;
  /** Time of each publish request, in seconds. */
  readonly messages: readonly number[];
}

/** Reader of one shard of the stream. All messages of a topic are in one shard, so they are sent in order. */
interface ShardReader {
  readonly phase: number;
  readonly waiting: Published[];
  invocations: number;
  state: 'idle' | 'polling' | 'batching' | 'sending';
}

/** Number of shards in the stream of a new on-demand table, and so of concurrent invocations. */
const STREAM_SHARDS = 4;

/** The path stream → dispatch → queue. Reads messages and sends an entry for each shard of the topic's subscribers. */
export class Dispatch {
  /** Duration of the longest invocation, in seconds. */
  longest = 0;
  entries = 0;
  private readonly readers: ShardReader[];

  /**
   * @param send called with the entries of one call when it is answered
   * @param giveUp called with the entries of a call that would be answered after the function's timeout
   */
  constructor(
    private readonly timeline: Timeline,
    private readonly scenario: Scenario,
    private readonly shardsOf: (topic: number) => number,
    random: Random,
    private readonly send: (sent: Sent) => void,
    private readonly giveUp: (sent: Sent) => void,
  ) {
    this.readers = Array.from({ length: STREAM_SHARDS }, () => ({
      phase: random.next(),
      waiting: [],
      invocations: 0,
      state: 'idle',
    }));
  }

  /** Receives a message from the stream. */
  record(message: Published): void {
    const reader = this.readers[message.topic % STREAM_SHARDS];
    reader?.waiting.push(message);
    if (reader?.state === 'idle') {
      this.poll(reader);
    } else if (reader?.state === 'batching' && reader.waiting.length >= Cost.streamBatch.value) {
      this.invoke(reader);
    }
  }

  /** Waits for the next poll, then until the batching window ends or a batch is full, and invokes. */
  private poll(reader: ShardReader): void {
    const { now } = this.timeline;
    const polls = Quota.streamPollsPerSecond.value;
    const next = (Math.ceil(now * polls - reader.phase) + reader.phase) / polls;
    reader.state = 'polling';
    this.timeline.at(next, () => {
      const { maxBatchingWindow } = this.scenario;
      if (maxBatchingWindow === 0 || reader.waiting.length >= Cost.streamBatch.value) {
        this.invoke(reader);
        return;
      }
      const invocation = reader.invocations;
      reader.state = 'batching';
      this.timeline.after(maxBatchingWindow, () => {
        if (reader.invocations === invocation) {
          this.invoke(reader);
        }
      });
    });
  }

  private invoke(reader: ShardReader): void {
    reader.state = 'sending';
    reader.invocations += 1;
    const byTopic = groupBy(reader.waiting.splice(0, Cost.streamBatch.value), ({ topic }) => topic);
    let calls = 0;
    for (const [topic, messages] of byTopic) {
      for (const chunk of this.chunks(messages.map(({ at }) => at))) {
        calls = this.sendAll(topic, chunk, calls);
      }
    }
    const seconds =
      byTopic.size * Cost.planSeconds.value + Math.ceil(calls / Cost.concurrentSends.value) * Cost.sendSeconds.value;
    this.longest = Math.max(this.longest, seconds);
    this.timeline.after(seconds, () => {
      reader.state = 'idle';
      if (reader.waiting.length > 0) {
        this.poll(reader);
      }
    });
  }

  /** @returns the number of calls of the invocation so far */
  private sendAll(topic: number, messages: readonly number[], callsBefore: number): number {
    const shards = this.shardsOf(topic);
    const bytes = messages.length * this.scenario.bytes;
    const together = Math.max(1, Math.min(Quota.queueBatch.value, Math.floor(Quota.queueBatchBytes.value / bytes)));
    let calls = callsBefore;
    for (let from = 0; from < shards; from += together) {
      const sent = { topic, from, to: Math.min(shards, from + together), messages };
      const wave = Math.floor(calls / Cost.concurrentSends.value) + 1;
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
