import { untilDeadline } from './backoff';
import { type Clock, type Leases, type Task, Unavailable } from './ports';

/** Duration of a lease, in milliseconds: a task that crashed is known as gone after it. */
export const LEASE = 30_000;

/** Milliseconds after which a lease is renewed. */
const RENEW_AFTER = 10_000;

/** Milliseconds before the end of its lease at which a task gives up, to close its sockets. */
const GIVE_UP_BEFORE = 5000;

/**
 * Maximum duration of a wait, in milliseconds. Timers stop while a virtual machine is paused, and the lease does not: after a
 * pause, its end is noticed within this time.
 */
const STEP = 1000;

const BACKOFF = { base: 200, cap: 2000 };

/**
 * The lease of a task. Whoever finds that it has ended treats the sockets of the task as closed: messages are no longer posted,
 * slots are free, and a logout has nothing to close. So a task that cannot renew its lease closes its sockets before it ends.
 */
export class TaskLease {
  private until = 0;
  private ended = false;
  private taken = false;
  /** The write in progress. Never rejects. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly task: Task,
    private readonly leases: Pick<Leases, 'renewLease' | 'endLease'>,
    private readonly clock: Clock,
  ) {}

  /** True while sockets can be open. A lease that was lost is never held again: others know that its task is gone. */
  get held(): boolean {
    if (this.taken && this.clock.now() >= this.until - GIVE_UP_BEFORE) {
      this.ended = true;
    }
    return this.taken && !this.ended;
  }

  /** Takes the lease. Retries until it has it, or until {@link abandon}. Throws unexpected errors. */
  async take(): Promise<void> {
    await untilDeadline(() => this.write(), {
      clock: this.clock,
      deadline: Number.POSITIVE_INFINITY,
      backoff: BACKOFF,
    });
    this.taken = true;
  }

  /** Renews the lease. Resolves when it is lost, or after {@link end}. Unexpected errors count as failures of a renewal. */
  async keep(failed: (error: unknown) => void): Promise<void> {
    while (this.held) {
      await this.waitWhile(() => true, RENEW_AFTER);
      let renewing = true;
      const renewed = untilDeadline(() => this.write().catch(failedWith(failed)), {
        clock: this.clock,
        deadline: this.until - GIVE_UP_BEFORE,
        backoff: BACKOFF,
      }).then(() => (renewing = false));
      // A renewal can hang. The lease ends all the same.
      await Promise.race([renewed, this.waitWhile(() => renewing, LEASE)]);
    }
  }

  /** Ends the lease for this process: it is not renewed any more, and ends in the table by itself. */
  abandon(): void {
    this.ended = true;
  }

  /** Ends the lease, after all sockets are closed. */
  async end(): Promise<void> {
    this.abandon();
    // A renewal after the deletion would bring the lease back.
    await this.writing;
    await this.leases.endLease(this.task);
  }

  /** Waits while the lease is held and a condition is true, for a number of milliseconds at most. */
  private async waitWhile(condition: () => boolean, milliseconds: number): Promise<void> {
    const end = this.clock.now() + milliseconds;
    while (this.held && condition() && this.clock.now() < end) {
      const left = Math.min(end, this.until - GIVE_UP_BEFORE) - this.clock.now();
      await this.clock.wait(Math.max(1, Math.min(STEP, left)));
    }
  }

  /**
   * Takes or renews the lease. It begins with the request, because the table can have it from then on. A renewal counts only
   * if it is complete before the lease is lost.
   */
  private async write(): Promise<'done' | 'busy'> {
    if (this.ended || (this.taken && !this.held)) {
      return 'done';
    }
    const until = this.clock.now() + LEASE;
    try {
      const renewal = this.leases.renewLease(this.task, until);
      this.writing = renewal.catch(() => undefined);
      await renewal;
      if (!this.taken || this.held) {
        this.until = until;
      }
      return 'done';
    } catch (error) {
      if (error instanceof Unavailable) {
        return 'busy';
      }
      throw error;
    }
  }
}

const failedWith =
  (failed: (error: unknown) => void) =>
  (error: unknown): 'busy' => {
    failed(error);
    return 'busy';
  };
