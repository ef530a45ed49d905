import { untilDeadline } from './backoff';
import { type Clock, type Leases, type Task, Unavailable } from './ports';

/** Duration of a lease, in milliseconds: a task that crashed is known as gone after it. */
export const LEASE = 30_000;

/** Milliseconds after which a lease is renewed. */
const RENEW_AFTER = 10_000;

/** Milliseconds before the end of its lease at which a task gives up, to close its sockets. */
const GIVE_UP_BEFORE = 5000;

const BACKOFF = { base: 200, cap: 2000 };

/**
 * The lease of a task. Whoever finds that it has ended treats the sockets of the task as closed: messages are no longer posted,
 * slots are free, and a logout has nothing to close. So a task that cannot renew its lease closes its sockets before it ends.
 */
export class TaskLease {
  private until = 0;
  private ended = false;

  constructor(
    private readonly task: Task,
    private readonly leases: Pick<Leases, 'renewLease' | 'endLease'>,
    private readonly clock: Clock,
  ) {}

  /** True while sockets can be open. */
  get held(): boolean {
    return !this.ended && this.clock.now() < this.until - GIVE_UP_BEFORE;
  }

  /** Takes the lease. Retries until it has it. Throws unexpected errors. */
  async take(): Promise<void> {
    await untilDeadline(() => this.renew(), {
      clock: this.clock,
      deadline: Number.POSITIVE_INFINITY,
      backoff: BACKOFF,
    });
  }

  /** Renews the lease. Resolves when it is lost, or after {@link end}. Unexpected errors count as failures of a renewal. */
  async keep(failed: (error: unknown) => void): Promise<void> {
    while (this.held) {
      await this.wait(RENEW_AFTER);
      // A suspended process can come back after the end of its lease, which others have seen then.
      const renewed = untilDeadline(async () => (this.held ? this.renew().catch(failedWith(failed)) : 'lost'), {
        clock: this.clock,
        deadline: this.until - GIVE_UP_BEFORE,
        backoff: BACKOFF,
      });
      // A renewal can hang. The lease ends all the same.
      await Promise.race([renewed, this.wait(LEASE)]);
    }
    // A renewal that ends later does not bring it back.
    this.ended = true;
  }

  /** Ends the lease, after all sockets are closed. */
  async end(): Promise<void> {
    this.ended = true;
    await this.leases.endLease(this.task);
  }

  /** Waits, at most until the lease is lost. */
  private async wait(milliseconds: number): Promise<void> {
    const left = this.until - GIVE_UP_BEFORE - this.clock.now();
    await this.clock.wait(Math.max(0, Math.min(milliseconds, left)));
  }

  /** The lease begins with the request, because the table can have it from then on. */
  private async renew(): Promise<'renewed' | 'busy'> {
    const until = this.clock.now() + LEASE;
    try {
      if (this.ended) {
        return 'renewed';
      }
      await this.leases.renewLease(this.task, until);
      this.until = until;
      return 'renewed';
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
