import { Cost, Quota } from './facts';
import type { Load } from './load';

/** Pushes of one topic each second. */
export interface Posting {
  /** Messages that follow a pause, each pushed alone by the short way. */
  readonly hints: number;
  /** Batches of the other messages, from the stream. */
  readonly batches: number;
  /** Bytes of such a batch. */
  readonly bytesOfBatch: number;
}

/**
 * Pushes of one topic. Messages arrive at random, so the
 * share of those that follow a pause is exp(−rate × pause). Without a window a batch has the messages between two polls of the
 * stream. With a window it begins at its first message.
 */
export function posting({ rate, bytes, maxBatchingWindow }: Load): Posting {
  const hints = rate * Math.exp(-rate * (Cost.pauseSeconds.value + maxBatchingWindow));
  const others = rate - hints;
  const polls = Quota.streamPollsPerSecond.value;
  const batched =
    maxBatchingWindow > 0 && others > 0
      ? 1 / (maxBatchingWindow + 1 / others)
      : polls * (1 - Math.exp(-others / polls));
  const batches = Math.max(batched, others / Cost.streamBatch.value);
  const bytesOfBatch = batches > 0 ? (others / batches) * bytes : 0;
  return { hints, batches, bytesOfBatch };
}

/** A function that posts: its memory in MB, and the CPU time of one post in microseconds. */
export interface Poster {
  readonly memory: number;
  readonly postCpu: number;
}

/** Posts a second, limited by the function's sockets or by its share of a CPU for signing and sending. */
export function postsPerSecondOf(poster: Poster): number {
  return Math.min(Cost.concurrentPosts.value / Cost.postSeconds.value, 1 / cpuSecondsOf(poster));
}

/** Seconds until one function has made its posts: rounds of concurrent posts, or their CPU time and the last post. */
export function secondsOfPosts(posts: number, poster: Poster): number {
  const rounds = Math.ceil(posts / Cost.concurrentPosts.value);
  return Math.max(rounds * Cost.postSeconds.value, Cost.postSeconds.value + posts * cpuSecondsOf(poster));
}

/** Seconds of CPU time in which a new function opens the sockets for its posts. */
export function secondsOfNewSockets(posts: number, { memory }: Poster): number {
  return Math.min(posts, Cost.concurrentPosts.value) * Cost.socketCpu.value * (Quota.memoryOfOneCpu.value / memory);
}

/** Seconds of one post with the function's share of a CPU. */
function cpuSecondsOf({ memory, postCpu }: Poster): number {
  return (postCpu * 1e-6) / (memory / Quota.memoryOfOneCpu.value);
}
