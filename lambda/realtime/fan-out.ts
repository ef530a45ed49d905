import { batches } from './batching';
import type { Delivery, DeliveryQueue, Rejected, Shard } from './ports';
import type { Message } from '../../client/protocol';

/**
 * Maximum bytes of messages in one delivery, as JSON. The queue's text is at most twice as long, because it escapes some
 * characters. The rest of the queue's 256 KiB is for the envelope and a list of connections.
 */
const DELIVERY_BYTES = 100 * 1024;

/**
 * Maximum number of entries of a topic, for about 4,000 subscribers: two calls of SendMessageBatch. A topic that needs more
 * is a single entry, which deliver replaces with entries for its shards, so that a large topic does not delay others.
 */
export const DIRECT_ENTRIES = 20;

/** Delay of an entry for a topic whose shards could not be read, in seconds: the shortest of SQS. */
const UNREAD_DELAY = 1;

export interface FannedOut {
  /** Messages that the queue did not accept. They must be retried. */
  left: Message[];
  /** Messages that the queue never accepts. */
  refused: Message[];
  /** Number of deliveries that the queue accepted. */
  enqueued: number;
}

/**
 * Enqueues at most 100 messages, those of a topic together. A retry can enqueue messages again, and clients drop duplicates.
 *
 * @param shards - of each topic, read after its messages were committed. Topics whose shards could not be read are missing
 */
export async function fanOut(
  messages: readonly Message[],
  shards: ReadonlyMap<string, Shard[]>,
  queue: DeliveryQueue,
): Promise<FannedOut> {
  const topics = topicsOf(messages);
  const toTopics = (some: readonly string[]) =>
    some.flatMap((topic) => deliveriesOf(topic, messages, shards.get(topic)));
  const rejected = await Promise.all([
    enqueueEach(toTopics(topics.filter((topic) => shards.has(topic))), queue, 0),
    enqueueEach(toTopics(topics.filter((topic) => !shards.has(topic))), queue, UNREAD_DELAY),
  ]);
  const transient = new Set(rejected.flatMap((each) => each.transient.flatMap((delivery) => delivery.messages)));
  const permanent = new Set(rejected.flatMap((each) => each.permanent.flatMap((delivery) => delivery.messages)));
  return {
    left: messages.filter((message) => transient.has(message)),
    refused: messages.filter((message) => permanent.has(message)),
    enqueued: rejected.reduce((sum, { accepted }) => sum + accepted, 0),
  };
}

/** @returns the topics of messages, each once. */
export const topicsOf = (messages: readonly Message[]): string[] => [...new Set(messages.map(({ topic }) => topic))];

function deliveriesOf(topic: string, all: readonly Message[], shards?: readonly Shard[]): Delivery[] {
  const lists = messageLists(all.filter((message) => message.topic === topic));
  const isDirect = shards && shards.length * lists.length <= DIRECT_ENTRIES;
  const recipients: Delivery['to'][] = isDirect ? shards.map((shard) => ({ shard })) : [{ topic }];
  return lists.flatMap((messages) => recipients.map((to) => ({ messages, to })));
}

/** Enqueues deliveries. If the queue never accepts one of them, its messages are enqueued separately. */
async function enqueueEach(
  deliveries: readonly Delivery[],
  queue: DeliveryQueue,
  delay: number,
): Promise<Rejected & { accepted: number }> {
  const { transient, permanent } = await queue.enqueue(deliveries, delay);
  const several = permanent.filter(({ messages }) => messages.length > 1);
  const separate = several.flatMap(({ messages, to }) => messages.map((message) => ({ messages: [message], to })));
  const again = separate.length > 0 ? await queue.enqueue(separate, delay) : { transient: [], permanent: [] };
  const rejected = {
    transient: [...transient, ...again.transient],
    permanent: [...permanent.filter((delivery) => !several.includes(delivery)), ...again.permanent],
  };
  const tried = deliveries.length - several.length + separate.length;
  return { ...rejected, accepted: tried - rejected.transient.length - rejected.permanent.length };
}

/** Splits messages into lists that fit into a delivery, in order. */
export function messageLists(messages: readonly Message[]): Message[][] {
  return [...batches(messages, (message) => Buffer.byteLength(JSON.stringify(message)), { bytes: DELIVERY_BYTES })];
}
