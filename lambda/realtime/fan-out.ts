import { batches } from './batching';
import type { Connections, Delivery, DeliveryQueue } from './ports';
import type { Message } from './protocol';

/** Bytes of messages in one delivery: what is around them and the names of connections fit a queue's 256 KiB with them. */
const DELIVERY_BYTES = 100 * 1024;

/**
 * Puts messages, at most 100, on the queue: those of a topic together, once for every shard of its subscribers.
 *
 * @returns the first message that was not queued for all shards. It and those after it must be tried again, so that a topic's
 * messages are delivered in order. A client drops messages that it has seen.
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

/** @returns the messages in lists that fit a delivery, in order. */
export function messageLists(messages: readonly Message[]): Message[][] {
  return [...batches(messages, (message) => Buffer.byteLength(JSON.stringify(message)), { bytes: DELIVERY_BYTES })];
}
