import { backoffDelay } from '../../lambda/realtime/backoff';
import type { ApiGateway } from './api-gateway';
import type { Sent } from './dispatch';
import { Cost, Quota } from './facts';
import { groupBy } from './group-by';
import type { Latencies } from './latencies';
import type { Random } from './random';
import type { Scenario } from './scenario';
import type { Timeline } from './timeline';

/** Queue entry: messages for a shard of a topic's subscribers, or for the rest of a shard. */
interface Entry {
  readonly topic: number;
  readonly shard: number;
  /** Cursor: number of the shard's connections that are already done. */
  readonly after: number;
  readonly connections: number;
  readonly messages: readonly number[];
  /** Number of earlier attempts. */
  readonly attempts: number;
}

/** The path queue → deliver function → posts. The event source allows more concurrent functions while entries wait. */
export class Delivery {
  /** Deliveries that are not attempted any more. Clients read these messages from the log. */
  givenUp = 0;
  /** Number of times that the rest of an entry was requeued, because API Gateway throttled for too long. */
  requeued = 0;
  /** Subscriptions read from the connection table. */
  rows = 0;
  invocations = 0;
  environments = 0;
  /** Maximum number of concurrent functions. */
  most = 0;
  /** Total seconds of all invocations. */
  seconds = 0;
  /** Total seconds of all invocations, without waits for API Gateway. */
  work = 0;
  /** Integral of the number of running functions over time, in seconds, since the first entry. */
  inFlight = 0;
  /** Integral of the number of allowed functions over time, in seconds, since the first entry. */
  allowedSum = 0;
  /** Time of the last delivery. */
  last = 0;
  private queue: Entry[] = [];
  private taken = 0;
  private active = 0;
  private allowed: number;
  private since: number | undefined;
  private growth = false;

  constructor(
    private readonly timeline: Timeline,
    private readonly scenario: Scenario,
    private readonly connectionsOf: (topic: number, shard: number) => number,
    private readonly apiGateway: ApiGateway,
    private readonly latencies: Latencies,
    private readonly random: Random,
    /** Posts a second of one function. */
    private readonly pace: number,
  ) {
    this.allowed = Math.min(Quota.firstFunctions.value, scenario.concurrency);
  }

  /** Receives entries that dispatch sent. */
  receive(sent: Sent): void {
    this.enqueue(this.entriesOf(sent), Cost.queueSeconds.value);
  }

  /** Counts entries that dispatch had no time to send. */
  giveUp(sent: Sent): void {
    for (const { connections, messages } of this.entriesOf(sent)) {
      this.givenUp += connections * messages.length;
    }
  }

  private entriesOf({ topic, from, to, messages }: Sent): Entry[] {
    return Array.from({ length: to - from }, (_, index) => {
      const shard = from + index;
      return { topic, shard, after: 0, connections: this.connectionsOf(topic, shard), messages, attempts: 0 };
    });
  }

  private enqueue(entries: Entry[], delay: number): void {
    this.timeline.after(delay, () => {
      this.advance();
      this.queue.push(...entries);
      this.invokeAll();
    });
  }

  private get waiting(): number {
    return this.queue.length - this.taken;
  }

  /** Advances the integrals, and the number of allowed functions, to the current time. */
  private advance(): void {
    const { now } = this.timeline;
    const seconds = now - (this.since ?? now);
    this.since = now;
    this.inFlight += this.active * seconds;
    const change = Quota.functionsPerSecond.value * (this.waiting > 0 ? 1 : -1);
    const least = Math.min(Quota.firstFunctions.value, this.scenario.concurrency);
    const end = Math.min(this.scenario.concurrency, Math.max(least, this.allowed + change * seconds));
    const ramp = Math.abs((end - this.allowed) / change);
    this.allowedSum += (ramp * (this.allowed + end)) / 2 + (seconds - ramp) * end;
    this.allowed = end;
  }

  private invokeAll(): void {
    while (this.waiting > 0 && this.active < Math.floor(this.allowed + 1e-9)) {
      this.invoke(this.take());
    }
    if (this.waiting > 0 && this.active < this.scenario.concurrency && !this.growth) {
      this.growth = true;
      const missing = Math.max(0, this.active + 1 - this.allowed);
      this.timeline.after(missing / Quota.functionsPerSecond.value, () => {
        this.growth = false;
        this.advance();
        this.invokeAll();
      });
    }
  }

  private take(): Entry[] {
    const entries = this.queue.slice(this.taken, this.taken + Quota.queueBatch.value);
    this.taken += entries.length;
    if (this.taken > 100_000 || this.taken === this.queue.length) {
      this.queue = this.queue.slice(this.taken);
      this.taken = 0;
    }
    return entries.map((entry) => this.firstPart(entry));
  }

  /** @returns the part of an entry that one invocation reads from a shard. Another entry continues after it. */
  private firstPart(entry: Entry): Entry {
    const connections = Math.min(entry.connections, Cost.fullShard.value);
    if (connections < entry.connections) {
      const rest = { ...entry, after: entry.after + connections, connections: entry.connections - connections };
      this.enqueue([rest], Cost.sendSeconds.value + Cost.queueSeconds.value);
    }
    return { ...entry, connections };
  }

  private invoke(entries: Entry[]): void {
    const began = this.timeline.now;
    this.active += 1;
    this.invocations += 1;
    this.most = Math.max(this.most, this.active);
    const cold = this.active > this.environments ? Cost.coldSeconds.value : 0;
    this.environments = Math.max(this.environments, this.active);
    const shards = coalesce(entries);
    const posts = shards.reduce((sum, shard) => sum + shard.connections * this.framesOf(shard), 0);
    this.rows += shards.reduce((sum, { connections }) => sum + connections, 0);
    const before = cold + Cost.shardSeconds.value;
    this.timeline.after(before, () => {
      const first = this.timeline.now;
      this.apiGateway.post(posts, (made) => {
        const end = this.timeline.now;
        this.record(shards, made, first + Cost.postSeconds.value, end + Cost.postSeconds.value);
        this.work += before + made / this.pace + Cost.postSeconds.value;
        this.timeline.after(Cost.postSeconds.value, () => {
          this.advance();
          this.seconds += this.timeline.now - began;
          this.active -= 1;
          this.invokeAll();
        });
      });
    });
  }

  /** Counts the posts made, and requeues the rest. Posts are in order, and a connection gets all of its frames or none. */
  private record(shards: Entry[], made: number, from: number, to: number): void {
    this.last = Math.max(this.last, to);
    let left = made;
    const rests: Entry[] = [];
    for (const shard of shards) {
      const frames = this.framesOf(shard);
      const reached = Math.min(shard.connections, Math.floor(left / frames));
      left -= reached * frames;
      for (const published of shard.messages) {
        if (reached > 0) {
          this.latencies.add(from - published, to - published, reached);
        }
      }
      if (reached < shard.connections) {
        rests.push({
          ...shard,
          after: shard.after + reached,
          connections: shard.connections - reached,
          attempts: shard.attempts + 1,
        });
      }
    }
    this.requeue(rests);
  }

  /** Requeues rests together, after the wait of the one with the most attempts. */
  private requeue(rests: Entry[]): void {
    const most = Cost.maxRequeues.value + Cost.maxReceives.value;
    for (const { connections, messages } of rests.filter(({ attempts }) => attempts >= most)) {
      this.givenUp += connections * messages.length;
    }
    const again = rests.filter(({ attempts }) => attempts < most);
    if (again.length > 0) {
      this.requeued += again.length;
      const attempts = Math.max(...again.map((rest) => rest.attempts));
      const backoff = { base: Cost.requeueBackoffBase.value, cap: Cost.requeueBackoffCap.value };
      const delay = Math.max(1, Math.ceil(backoffDelay(attempts, backoff, this.random.next())));
      this.enqueue(again, attempts > Cost.maxRequeues.value ? Cost.visibilitySeconds.value : delay);
    }
  }

  /** @returns the number of frames to each connection that contain the messages of a shard */
  private framesOf({ messages }: Entry): number {
    const inOne = Math.max(1, Math.floor(Quota.frameBytes.value / this.scenario.bytes));
    return Math.ceil(messages.length / inOne);
  }
}

/** Merges the entries of each shard, so that their messages are sent together. Does not merge rests. */
function coalesce(entries: readonly Entry[]): Entry[] {
  const groups = groupBy(entries, ({ topic, shard, after, attempts }, index) =>
    attempts === 0 ? `${topic}/${shard}/${after}` : index,
  );
  return [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map((first) => ({ ...first, messages: group.flatMap(({ messages }) => messages) })),
  );
}
