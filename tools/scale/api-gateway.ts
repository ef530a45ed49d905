import { backoffDelay } from '../../lambda/realtime/backoff';
import { Cost } from './facts';
import { Heap } from './heap';
import type { Timeline } from './timeline';

/** Posts of one invocation. */
interface Batch {
  /** Value of {@link ApiGateway.progress} at which this batch is complete. */
  readonly target: number;
  readonly posts: number;
  /** Called with the number of posts made, when all are made or the function has no time left. */
  readonly end: (made: number) => void;
  open: boolean;
}

/** Fraction of a post or token below which a value is a rounding error. */
const SMALLEST = 1e-6;

export interface ApiGatewayOptions {
  /** Refill rate of the account's token bucket, in posts a second: the quota minus the requests of clients. */
  readonly refill: number;
  /** Capacity of the bucket, in posts. */
  readonly burst: number;
  /** Posts a second of one invocation without throttling. */
  readonly pace: number;
}

/**
 * The account's token bucket of requests, and the invocations that post. They post at their own pace until the bucket is
 * empty. Then they share the refill evenly, because retries wait for random times. All batches therefore advance at the same
 * speed, and the model needs no event for each post: the number `progress` is the same for all.
 */
export class ApiGateway {
  posts = 0;
  /** Attempts that were answered 429 and repeated. */
  throttled = 0;
  /** Seconds for which posts waited for an empty bucket. */
  saturated = 0;
  private tokens: number;
  /** Posts that each open batch could make since the start of the run. */
  private progress = 0;
  private since = 0;
  private open = 0;
  private plan = 0;
  private readonly byTarget = new Heap<Batch>();
  private readonly throttles = new Map<number, number>();

  constructor(
    private readonly timeline: Timeline,
    private readonly options: ApiGatewayOptions,
  ) {
    this.tokens = options.burst;
  }

  /** Starts the posts of one invocation. */
  post(posts: number, end: (made: number) => void): void {
    this.advance();
    const batch: Batch = { target: this.progress + posts, posts, end, open: true };
    this.byTarget.push(batch.target, batch);
    this.open += 1;
    this.timeline.after(Cost.deliverSeconds.value, () => {
      if (batch.open) {
        this.advance();
        const made = Math.floor(batch.posts - (batch.target - this.progress) + SMALLEST);
        this.end(batch, Math.max(0, Math.min(batch.posts, made)));
        this.scheduleNext();
      }
    });
    this.scheduleNext();
  }

  private get demand(): number {
    return this.open * this.options.pace;
  }

  /** True if the bucket is empty and the demand exceeds the refill. */
  private get scarce(): boolean {
    return this.tokens <= 0 && this.demand > this.options.refill;
  }

  /** Current posts a second of one batch. */
  private get speed(): number {
    return this.scarce ? this.options.refill / this.open : this.options.pace;
  }

  /** Advances the state to the current time. Since the last event, all rates were constant. */
  private advance(): void {
    const { refill, burst } = this.options;
    const seconds = this.timeline.now - this.since;
    this.since = this.timeline.now;
    const made = this.speed * seconds;
    this.progress += made;
    if (this.scarce) {
      this.saturated += seconds;
      this.throttled += made * this.open * this.throttlesPerPost();
    } else {
      const level = this.tokens + (refill - this.demand) * seconds;
      this.tokens = level < SMALLEST ? 0 : Math.min(burst, level);
    }
  }

  /** Schedules the next event: a batch completes, or the bucket becomes empty. */
  private scheduleNext(): void {
    const plan = ++this.plan;
    const { refill } = this.options;
    const done = (this.byTarget.key - this.progress) / this.speed;
    const empty =
      this.tokens > 0 && this.demand > refill ? this.tokens / (this.demand - refill) : Number.POSITIVE_INFINITY;
    const next = Math.max(0, Math.min(done, empty));
    if (!Number.isFinite(next)) {
      return;
    }
    this.timeline.after(next, () => {
      if (plan === this.plan) {
        this.advance();
        if (next === empty) {
          this.tokens = 0;
        } else {
          this.progress = Math.max(this.progress, this.byTarget.key);
        }
        this.endDone();
        this.scheduleNext();
      }
    });
  }

  private endDone(): void {
    for (let batch = this.byTarget.peek(); batch && batch.target <= this.progress; batch = this.byTarget.peek()) {
      this.byTarget.pop();
      if (batch.open) {
        this.end(batch, batch.posts);
      }
    }
  }

  private end(batch: Batch, made: number): void {
    batch.open = false;
    this.open -= 1;
    this.posts += made;
    batch.end(made);
  }

  /**
   * Mean number of 429 responses before a post succeeds, if they are random: the number at which a worker's attempts and
   * waits take as long as one of its posts at the current speed.
   */
  private throttlesPerPost(): number {
    const known = this.throttles.get(this.open);
    if (known !== undefined || this.speed === 0) {
      return known ?? 0;
    }
    const seconds = Cost.concurrentPosts.value / this.speed;
    const attempt = Cost.concurrentPosts.value / this.options.pace;
    let [low, high] = [0, 1];
    for (let step = 0; step < 40; step++) {
      const chance = (low + high) / 2;
      if (attempt / chance + meanWait(1 - chance) > seconds) {
        low = chance;
      } else {
        high = chance;
      }
    }
    this.throttles.set(this.open, 1 / high - 1);
    return 1 / high - 1;
  }
}

/** @returns the mean total wait of a post in seconds, if each attempt is throttled with this probability */
function meanWait(probability: number): number {
  const backoff = { base: Cost.postBackoffBase.value, cap: Cost.postBackoffCap.value };
  let wait = 0;
  let reached = probability;
  for (let attempt = 1; attempt <= 6; attempt++) {
    wait += reached * backoffDelay(attempt, backoff, 1 / 2);
    reached *= probability;
  }
  return wait + (reached / (1 - probability)) * (backoff.cap / 2);
}
