import { backoffDelay } from '../../lambda/realtime/backoff';
import { Cost } from './facts';
import { Heap } from './heap';
import type { Timeline } from './timeline';

/** An invocation's posts. */
interface Batch {
  /** How many posts each batch has got, counted from the beginning of the run, when this one has all of its own. */
  readonly target: number;
  readonly posts: number;
  /** Takes how many posts were made when they are all made, or the function's time is at its end. */
  readonly end: (made: number) => void;
  open: boolean;
}

/** A smaller part of a post or of a token is an error of the arithmetic. */
const SMALLEST = 1e-6;

export interface ApiGatewayOptions {
  /** Posts a second that the account's bucket gives: its rate, less what clients send. */
  readonly refill: number;
  /** Posts that a full bucket holds. */
  readonly burst: number;
  /** Posts a second of one invocation that nothing holds up. */
  readonly pace: number;
}

/**
 * The account's bucket of requests, and the invocations that post from it. All post at their own pace until the bucket
 * is empty; then they share what it is refilled with evenly, as those do that try again after a random wait. So all
 * batches advance alike, and a post need not be an event: one number, `given`, is how far each has come.
 */
export class ApiGateway {
  posts = 0;
  /** Posts that were answered 429 and tried again. */
  refused = 0;
  /** Seconds with an empty bucket that somebody waited for. */
  saturated = 0;
  private tokens: number;
  private given = 0;
  private since = 0;
  private open = 0;
  private plan = 0;
  private readonly byTarget = new Heap<Batch>();
  private readonly refusals = new Map<number, number>();

  constructor(
    private readonly timeline: Timeline,
    private readonly options: ApiGatewayOptions,
  ) {
    this.tokens = options.burst;
  }

  /** Begins an invocation's posts: retries go on as long as posts go through. */
  post(posts: number, end: (made: number) => void): void {
    this.advance();
    const batch: Batch = { target: this.given + posts, posts, end, open: true };
    this.byTarget.push(batch.target, batch);
    this.open += 1;
    this.timeline.after(Cost.deliverSeconds.value, () => {
      if (batch.open) {
        this.advance();
        const made = Math.floor(batch.posts - (batch.target - this.given) + SMALLEST);
        this.end(batch, Math.max(0, Math.min(batch.posts, made)));
        this.look();
      }
    });
    this.look();
  }

  private get demand(): number {
    return this.open * this.options.pace;
  }

  /** The bucket is empty, and more is asked for than comes in. */
  private get scarce(): boolean {
    return this.tokens <= 0 && this.demand > this.options.refill;
  }

  /** Posts a second that one batch gets now. */
  private get speed(): number {
    return this.scarce ? this.options.refill / this.open : this.options.pace;
  }

  /** Brings everything to the present: nothing has changed since the last event but by steady flow. */
  private advance(): void {
    const { refill, burst } = this.options;
    const seconds = this.timeline.now - this.since;
    this.since = this.timeline.now;
    const made = this.speed * seconds;
    this.given += made;
    if (this.scarce) {
      this.saturated += seconds;
      this.refused += made * this.open * this.refusalsPerPost();
    } else {
      const level = this.tokens + (refill - this.demand) * seconds;
      this.tokens = level < SMALLEST ? 0 : Math.min(burst, level);
    }
  }

  /** Plans the next event: a batch is done, or the bucket is empty. */
  private look(): void {
    const plan = ++this.plan;
    const { refill } = this.options;
    const done = (this.byTarget.key - this.given) / this.speed;
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
          this.given = Math.max(this.given, this.byTarget.key);
        }
        this.endDone();
        this.look();
      }
    });
  }

  private endDone(): void {
    for (let batch = this.byTarget.peek(); batch && batch.target <= this.given; batch = this.byTarget.peek()) {
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
   * How often a post is refused before it succeeds, where posts are refused by chance: as often as makes a worker's
   * attempts and waits last as long as one of its posts takes at this speed.
   */
  private refusalsPerPost(): number {
    const known = this.refusals.get(this.open);
    if (known !== undefined || this.speed === 0) {
      return known ?? 0;
    }
    const seconds = Cost.postsAtOnce.value / this.speed;
    const attempt = Cost.postsAtOnce.value / this.options.pace;
    let [low, high] = [0, 1];
    for (let step = 0; step < 40; step++) {
      const chance = (low + high) / 2;
      if (attempt / chance + meanWait(1 - chance) > seconds) {
        low = chance;
      } else {
        high = chance;
      }
    }
    this.refusals.set(this.open, 1 / high - 1);
    return 1 / high - 1;
  }
}

/** @returns the seconds that a post waits in all where each attempt is refused with this chance. */
function meanWait(refusal: number): number {
  const backoff = { base: Cost.postBackoffBase.value, cap: Cost.postBackoffCap.value };
  let wait = 0;
  let reached = refusal;
  for (let attempt = 1; attempt <= 6; attempt++) {
    wait += reached * backoffDelay(attempt, backoff, 1 / 2);
    reached *= refusal;
  }
  return wait + (reached / (1 - refusal)) * (backoff.cap / 2);
}
