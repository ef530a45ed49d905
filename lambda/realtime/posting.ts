import { type Backoff, backoffDelay } from '../../client/backoff';
import type { Frame } from './frames';
import type { Clock, Connection, Connections, Outbox } from './ports';

/** Maximum number of concurrent posts: as many as the outbox has sockets. */
export const POSTS_AT_ONCE = 32;

/** API Gateway's throttle refills every second, so a longer delay has no benefit. */
const BACKOFF: Backoff = { base: 100, cap: 2000 };

/**
 * Milliseconds without a successful post after which the connections that are still busy are left to another invocation.
 * While posts succeed, the rest waits for the account's quota, which another invocation would share.
 */
const STALL_LIMIT = 1000;

/** Frames for a connection, sent one after another. */
export interface Post {
  to: Connection;
  frames: readonly Frame[];
  /** Number of frames that were sent or need not be sent. */
  sent: number;
  /** Time at which the last frame was sent, in milliseconds since 1970. Undefined if none was. */
  sentAt?: number;
  /** True once a frame was posted, with any outcome. */
  tried?: true;
}

export interface Posting {
  outbox: Outbox;
  connections: Pick<Connections, 'forget'>;
  clock: Clock;
  /** No post begins after this, in milliseconds since 1970. */
  deadline: number;
}

/**
 * Posts to every connection, in rounds. A busy connection waits for the next round and does not delay the others. A
 * connection that is gone is removed.
 *
 * @returns the posts that are not complete, the number of connections that are gone, and unexpected errors
 */
export async function postAll<P extends Post>(
  posts: readonly P[],
  posting: Posting,
): Promise<{ left: P[]; gone: number; errors: unknown[] }> {
  const { clock, deadline } = posting;
  const left: P[] = [];
  const errors: unknown[] = [];
  let gone = 0;
  let due = posts;
  let giveUpAt = deadline;
  for (let first = true, stalls = 0; ; first = false) {
    const busy: P[] = [];
    const sentBefore = sentOf(due);
    await forEach(due, async (post) => {
      try {
        const outcome = await postOne(post, posting);
        if (outcome === 'busy') {
          busy.push(post);
        }
        gone += outcome === 'gone' ? 1 : 0;
      } catch (error) {
        left.push(post);
        errors.push(error);
      }
    });
    const progress = sentOf(due) > sentBefore;
    stalls = progress ? 1 : stalls + 1;
    if (first || progress) {
      giveUpAt = Math.min(deadline, clock.now() + STALL_LIMIT);
    }
    const delay = backoffDelay(stalls, BACKOFF, clock.random());
    if (busy.length === 0 || clock.now() + delay > giveUpAt) {
      return { left: [...left, ...busy], gone, errors };
    }
    await clock.wait(delay);
    due = busy;
  }
}

function sentOf(posts: readonly Post[]): number {
  return posts.reduce((sum, { sent }) => sum + sent, 0);
}

/** Runs `work` for all items. The workers share one iterator, so a slow connection delays only one of them. */
async function forEach<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = [...items].values();
  const worker = async () => {
    for (const item of iterator) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: POSTS_AT_ONCE }, worker));
}

async function postOne(
  post: Post,
  { outbox, connections, clock, deadline }: Posting,
): Promise<'done' | 'busy' | 'gone'> {
  for (const { text } of post.frames.slice(post.sent)) {
    if (clock.now() > deadline) {
      return 'busy';
    }
    post.tried = true;
    const outcome = await outbox.post(post.to.id, text);
    if (outcome === 'busy') {
      return 'busy';
    }
    if (outcome === 'gone') {
      await connections.forget(post.to);
      return 'gone';
    }
    post.sent += 1;
    post.sentAt = clock.now();
  }
  return 'done';
}
