import { deliver } from '../../../lambda/realtime/delivery';
import { fanOut, topicsOf } from '../../../lambda/realtime/fan-out';
import type { Clock, Connections, Delivery, DeliveryQueue } from '../../../lambda/realtime/ports';
import type { Message } from '../../../client/protocol';

export interface Coalescing {
  /** Messages published to one topic, evenly, for `seconds`. */
  readonly messagesPerSecond: number;
  readonly seconds: number;

  /** Bytes of a message's data, as JSON. @default 100 */
  readonly dataBytes?: number;

  /** The `maxBatchingWindow` of the stream's event source, in seconds. @default 0 */
  readonly maxBatchingWindow?: number;
}

/** Result for one subscribed connection. */
export interface PostsSaved {
  readonly messages: number;
  readonly posts: number;

  /** Share of posts saved compared with one post for each message, from 0 to 1. */
  readonly saved: number;

  /** Longest time that a message waited for others, in milliseconds. */
  readonly longestWait: number;
}

/** Lambda's base rate: "Lambda polls shards in your DynamoDB stream for records at a base rate of 4 times per second." */
const POLL = 250;

/** Messages in a batch of the stream, as in `lib/websocket-lane/delivery.ts`. */
const BATCH = 100;

/** Milliseconds since 1970. */
const START = Date.parse('2026-01-01T00:00:00Z');

/**
 * Counts the posts for messages to one connection that are sent together, in virtual time. It runs the functions' own code
 * for grouping, packing and posting. Polls take no time, and each delivery has its own invocation, so a real queue can only
 * save more.
 */
export async function postsSaved(options: Coalescing): Promise<PostsSaved> {
  const { messagesPerSecond, seconds, maxBatchingWindow = 0 } = options;
  const arrivals = Array.from({ length: messagesPerSecond * seconds }, (_, index) => ({
    // Not synchronous with the polls.
    at: (1000 * (index + 1 / 3)) / messagesPerSecond,
    message: messageOf(index + 1, options.dataBytes ?? 100),
  }));
  let posts = 0;
  let longestWait = 0;
  for (let from = 0; from < arrivals.length;) {
    const first = arrivals[from]?.at ?? 0;
    // A poll reads the messages since the last one. A window opens with the first message.
    const found = Math.ceil(first / POLL) * POLL;
    const leaves = found + Math.ceil((1000 * maxBatchingWindow) / POLL) * POLL;
    const waiting = arrivals.slice(from).findIndex(({ at }) => at > leaves);
    const to = Math.min(waiting < 0 ? arrivals.length : from + waiting, from + BATCH);
    const full = to - from === BATCH;
    const leftAt = full ? Math.max(found, Math.ceil((arrivals[to - 1]?.at ?? 0) / POLL) * POLL) : leaves;
    longestWait = Math.max(longestWait, leftAt - first);
    posts += await postsOf(arrivals.slice(from, to).map(({ message }) => message));
    from = to;
  }
  return { messages: arrivals.length, posts, saved: 1 - posts / arrivals.length, longestWait };
}

/** @returns the number of posts for a batch of the stream */
async function postsOf(messages: readonly Message[]): Promise<number> {
  const deliveries: Delivery[] = [];
  const queue: DeliveryQueue = {
    enqueue: async (more) => {
      deliveries.push(...more);
      return { transient: [], permanent: [] };
    },
  };
  const connections: Pick<Connections, 'shards' | 'availableShards' | 'subscribers' | 'forget'> = {
    shards: async (topics) => topics.map((topic) => ({ topic, number: 0 })),
    availableShards: async (topics) => new Map(topics.map((topic) => [topic, [{ topic, number: 0 }]])),
    subscribers: async () => ({ connections: [{ id: 'connection', connectedAt: START }] }),
    forget: async () => undefined,
  };
  const clock: Clock = { now: () => START, random: () => 0, wait: async () => undefined };
  await fanOut(messages, await connections.availableShards(topicsOf(messages)), queue);
  let posts = 0;
  const outbox = {
    post: async () => {
      posts += 1;
      return 'sent' as const;
    },
  };
  for (const delivery of deliveries) {
    await deliver([delivery], { outbox, connections, queue, clock, deadline: START + 20_000 });
  }
  return posts;
}

function messageOf(sequence: number, dataBytes: number): Message {
  return {
    topic: 'bench:topic',
    epoch: '00000000-0000-4000-8000-000000000000',
    sequence,
    id: '00000000-0000-4000-8000-000000000000',
    data: 'x'.repeat(Math.max(0, dataBytes - 2)),
    publishedAt: '2026-01-01T00:00:00.000Z',
  };
}
