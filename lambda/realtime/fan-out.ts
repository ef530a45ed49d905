import { batches } from './batching';
import type { Connections, Delivery, DeliveryQueue } from './ports';
import type { Message } from './protocol';

/** Maximum bytes of messages in one delivery. The rest of the queue's 256 KiB is for the envelope and a list of connections. */
const DELIVERY_BYTES = 100 * 1024;

/**
 * Enqueues at most 100 messages. Those of a topic are enqueued together, once for every shard of its subscribers.
 *
 * @returns the first message that was not enqueued for all shards. It and all later messages must be retried, so that a
 * topic's messages are delivered in order. Clients drop duplicates.
 */
export async function fanOut(
  messages: readonly Message[],
  { connections, queue }: { connections: Pick<Connections, 'shards'>; queue: DeliveryQueue },
): Promise<Message | undefined> {
  const topics = [...new Set(messages.map(({ topic }) => topic))];
  const lists = new Map(topics.map((name) => [name, messageLists(messages.filter(({ topic }) => topic === name))]));
  const deliveries = (await connections.shards(topics)).flatMap((shard) =>
    (lists.get(shard.topic) ?? []).map((list): Delivery => ({ messages: list, to: { shard } })),
  );
  const refused = new Set((await queue.enqueue(deliveries)).flatMap((delivery) => delivery.messages));
  return messages.find((message) => refused.has(message));
}

/** Splits messages into lists that fit into a delivery, in order. */
export function messageLists(messages: readonly Message[]): Message[][] {
  return [...batches(messages, (message) => Buffer.byteLength(JSON.stringify(message)), { bytes: DELIVERY_BYTES })];
}
