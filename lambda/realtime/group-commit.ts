import { type Backoff, backoffDelay } from '../../client/backoff';
import { batches } from './batching';
import { bytesOf } from './history';
import { type Clock, type Draft, Unavailable } from './ports';
import type { Message } from '../../client/protocol';

/**
 * Maximum number of drafts in a group, and of bytes of their data. A transaction has at most 100 items and 4 MB. More than 16
 * drafts save little: each needs two write units of the topic's partition, and the head, which they share, needs two.
 */
export const GROUP = { count: 16, bytes: 64 * 1024 };

/**
 * Milliseconds for which an append is retried after conflicts with other appends: far less than the 29 s that API Gateway
 * waits for a function and the 60 s that a load balancer waits for a response.
 */
const APPEND_RETRY_FOR = 4000;

/**
 * The means of the first two delays, 10 and 20 ms, are about the time of a transaction. The cap is low, because a process whose group was committed
 * does not wait before its next one: with 500 ms, the slowest acknowledgements of two processes take longer, and with 80 ms,
 * attempts that fail use more write units (`npm run bench -- topic`).
 */
const BACKOFF: Backoff = { base: 20, cap: 160 };

/** Outcome of a draft in a group. `again`: it was not committed, because another draft of its group was refused. */
export type GroupOutcome = Message | 'conflict' | 'again';

export interface GroupCommitOptions<Prepared = unknown> {
  /** Commits drafts of one topic, all or none. `busy`: retry later. Each draft has another subject or another id. */
  commit: (drafts: readonly Draft[], prepared?: Prepared) => Promise<'busy' | GroupOutcome[]>;
  /**
   * Reads what the next commit of a topic needs. Drafts that arrive meanwhile are in its group.
   *
   * @default - a commit needs nothing
   */
  prepare?: (topic: string) => Promise<Prepared>;
  clock: Clock;
  /** @default GROUP */
  group?: { count: number; bytes: number };
}

interface Waiting {
  draft: Draft;
  /** Bytes of its data. */
  bytes: number;
  /** Time until which it is tried, in milliseconds since 1970. */
  deadline: number;
  resolve: (outcome: Message | 'conflict') => void;
  reject: (error: unknown) => void;
}

/**
 * Commits the drafts of a topic one group after another, in the order of the calls: concurrent appends from one process would
 * conflict, and each attempt is billed. Drafts that arrive before a commit begins to write are in its group, and later ones in
 * the next. Topics are independent of each other.
 */
export class GroupCommit<Prepared = unknown> {
  private readonly topics = new Map<string, Waiting[]>();

  constructor(private readonly options: GroupCommitOptions<Prepared>) {}

  /**
   * Throws {@link Unavailable} after 4 seconds. The draft is not committed later, but it can have been committed by a transaction
   * whose response was lost.
   */
  append(draft: Draft): Promise<Message | 'conflict'> {
    return new Promise((resolve, reject) => {
      const deadline = this.options.clock.now() + APPEND_RETRY_FOR;
      const waiting = { draft, bytes: bytesOf(draft), deadline, resolve, reject };
      const queue = this.topics.get(draft.topic);
      if (queue) {
        queue.push(waiting);
      } else {
        const first = [waiting];
        this.topics.set(draft.topic, first);
        void this.work(draft.topic, first);
      }
    });
  }

  /** @returns true if drafts of a topic are waiting or being committed */
  isBusy(topic: string): boolean {
    return this.topics.has(topic);
  }

  /** Commits the drafts of one topic until none is left. Never throws. */
  private async work(topic: string, queue: Waiting[]): Promise<void> {
    const { clock, prepare } = this.options;
    let attempts = 0;
    /** Number of drafts that are committed alone, because a group that contained them failed. */
    let alone = 0;
    /** Number of drafts that are committed without others, because one of their group was refused. Others could be, too. */
    let again = 0;
    while (queue.length > 0) {
      const prepared = prepare?.(topic);
      if (prepared) {
        await Promise.allSettled([prepared]);
        expire(queue, clock.now());
      }
      const group = alone > 0 ? queue.slice(0, 1) : this.groupOf(again > 0 ? queue.slice(0, again) : queue);
      const outcomes = group.length > 0 ? await this.attempt(group, prepared) : [];
      if (outcomes === 'busy') {
        attempts += 1;
        const delay = backoffDelay(attempts, BACKOFF, clock.random());
        expire(queue, clock.now() + delay);
        await (queue.length > 0 && clock.wait(delay));
      } else if (outcomes === 'failed') {
        alone = group.length;
      } else {
        attempts = 0;
        alone = Math.max(0, alone - 1);
        again = settle(queue, group, outcomes);
        expire(queue, clock.now());
      }
    }
    this.topics.delete(topic);
  }

  /** @returns `failed` after an unexpected error of a group of several, of which only one draft may be the cause */
  private async attempt(
    group: readonly Waiting[],
    prepared: Promise<Prepared> | undefined,
  ): Promise<'busy' | 'failed' | (GroupOutcome | { error: unknown })[]> {
    const drafts = group.map(({ draft }) => draft);
    try {
      return await this.options.commit(drafts, prepared && (await prepared));
    } catch (error) {
      return error instanceof Unavailable ? 'busy' : group.length > 1 ? 'failed' : [{ error }];
    }
  }

  /** @returns the next drafts. They end before the first that repeats an id: the next group finds it in the log. */
  private groupOf(queue: readonly Waiting[]): Waiting[] {
    const [group = []] = batches(queue, ({ bytes }) => bytes, this.options.group ?? GROUP);
    const ids = group.map(({ draft: { subject, id } }) => `${subject} ${id}`);
    const repeated = ids.findIndex((id, index) => ids.indexOf(id) < index);
    return repeated === -1 ? group : group.slice(0, repeated);
  }
}

/** @returns the number of drafts that go again, which are the first of the queue */
function settle(
  queue: Waiting[],
  group: readonly Waiting[],
  outcomes: readonly (GroupOutcome | { error: unknown })[],
): number {
  const again = group.filter(({ resolve, reject }, index) => {
    const outcome = outcomes[index] ?? 'again';
    if (outcome !== 'again') {
      typeof outcome === 'object' && 'error' in outcome ? reject(outcome.error) : resolve(outcome);
    }
    return outcome === 'again';
  });
  queue.splice(0, group.length, ...again);
  return again.length;
}

/** Refuses the drafts whose deadline is before a time. A queue is in the order of its deadlines. */
function expire(queue: Waiting[], now: number): void {
  const first = queue.findIndex(({ deadline }) => deadline >= now);
  const late = queue.splice(0, first === -1 ? queue.length : first);
  late.forEach(({ reject }) => reject(new Unavailable()));
}
