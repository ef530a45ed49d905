import { backoffDelay } from '../../lambda/realtime/backoff';
import type { ApiGateway } from './api-gateway';
import type { Sent } from './dispatch';
import { Cost, Quota } from './facts';
import { groupBy } from './group-by';
import type { Latencies } from './latencies';
import type { Random } from './random';
import type { Scenario } from './scenario';
import type { Timeline } from './timeline';

/** An entry of the queue: messages for (what is left of) a shard of a topic's subscribers. */
interface Entry {
  readonly topic: number;
  readonly shard: number;
  /** The cursor: connections of the shard that are behind it. */
  readonly after: number;
  readonly connections: number;
  readonly messages: readonly number[];
  /** How often it was taken from the queue before. */
  readonly attempts: number;
}

/** Queue → deliver → posts: as many functions as the event source allows, which grows while entries wait. */
export class Delivery {
  /** Deliveries that nobody will try any more: clients get them from the log. */
  givenUp = 0;
  /** Entries of which a rest came back to the queue, because API Gateway was busy for too long. */
  requeued = 0;
  /** Subscriptions read from the connection table. */
  rows = 0;
  invocations = 0;
  environments = 0;
  /** Most functions at once. */
  most = 0;
  /** Seconds of all invocations together. */
  seconds = 0;
  /** The same, without the waits for API Gateway. */
  work = 0;
  /** Functions in flight, and those that were allowed, summed over the seconds since the first entry came. */
  inFlight = 0;
  allowance = 0;
  /** When the last delivery was made. */
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

  /** Takes entries that dispatch sent. */
  receive(sent: Sent): void {
    this.enqueue(this.entriesOf(sent), Cost.queueSeconds.value);
  }

  /** Takes entries that dispatch had no time to send. */
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
      this.settle();
      this.queue.push(...entries);
      this.invokeAll();
    });
  }

  private get waiting(): number {
    return this.queue.length - this.taken;
  }

  /** Brings the sums, and what the event source allows, to the present. */
  private settle(): void {
    const { now } = this.timeline;
    const seconds = now - (this.since ?? now);
    this.since = now;
    this.inFlight += this.active * seconds;
    const change = Quota.functionsPerSecond.value * (this.waiting > 0 ? 1 : -1);
    const least = Math.min(Quota.firstFunctions.value, this.scenario.concurrency);
    const end = Math.min(this.scenario.concurrency, Math.max(least, this.allowed + change * seconds));
    const ramp = Math.abs((end - this.allowed) / change);
    this.allowance += (ramp * (this.allowed + end)) / 2 + (seconds - ramp) * end;
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
        this.settle();
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

  /** @returns as much of an entry as one invocation reads of a shard; another entry goes on from there. */
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
          this.settle();
          this.seconds += this.timeline.now - began;
          this.active -= 1;
          this.invokeAll();
        });
      });
    });
  }

  /** Counts what was posted, and sends back what was not: in order, a connection's frames all or none. */
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
    this.putBack(rests);
  }

  /** Sends rests back together, after the wait that the one tried most often has earned. */
  private putBack(rests: Entry[]): void {
    const most = Cost.putBacks.value + Cost.receives.value;
    for (const { connections, messages } of rests.filter(({ attempts }) => attempts >= most)) {
      this.givenUp += connections * messages.length;
    }
    const again = rests.filter(({ attempts }) => attempts < most);
    if (again.length > 0) {
      this.requeued += again.length;
      const attempts = Math.max(...again.map((rest) => rest.attempts));
      const backoff = { base: Cost.putBackBase.value, cap: Cost.putBackCap.value };
      const delay = Math.max(1, Math.ceil(backoffDelay(attempts, backoff, this.random.next())));
      this.enqueue(again, attempts > Cost.putBacks.value ? Cost.visibilitySeconds.value : delay);
    }
  }

  /** @returns the frames that carry the messages of a shard to each of its connections. */
  private framesOf({ messages }: Entry): number {
    const inOne = Math.max(1, Math.floor(Quota.frameBytes.value / this.scenario.bytes));
    return Math.ceil(messages.length / inOne);
  }
}

/** @returns the entries with those of one shard made one: their messages leave together. Rests stay alone. */
function coalesce(entries: readonly Entry[]): Entry[] {
  const groups = groupBy(entries, ({ topic, shard, after, attempts }, index) =>
    attempts === 0 ? `${topic}/${shard}/${after}` : index,
  );
  return [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map((first) => ({ ...first, messages: group.flatMap(({ messages }) => messages) })),
  );
}
