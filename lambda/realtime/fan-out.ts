import { topicOf } from './authorization';
import { type Connection, type Connections, type Delivery, type DeliveryQueue, Unavailable } from './ports';
import type { Message, ServerFrame } from './protocol';

/** Connections of one delivery: few enough to post well within the deliver function's timeout. */
export const CONNECTIONS_PER_DELIVERY = 100;

/**
 * Hands a message to the queue, once for every {@link CONNECTIONS_PER_DELIVERY} subscribers. Throws Unavailable if the
 * queue did not take all of it: the whole message is tried again, and a client drops what it has seen.
 */
export async function fanOut(
  message: Message,
  { connections, queue }: { connections: Connections; queue: DeliveryQueue },
): Promise<void> {
  const frame = messageFrame(message);
  for await (const page of connections.subscribers(message.topic)) {
    const refused = await queue.enqueue(deliveriesOf(frame, page));
    if (refused.length > 0) {
      throw new Unavailable();
    }
  }
}

/** @returns the text every subscriber gets. */
function messageFrame(message: Message): string {
  return JSON.stringify({ type: 'message', ...message, topic: topicOf(message.topic) } satisfies ServerFrame);
}

/** @returns deliveries that hold every connection once. */
export function deliveriesOf(frame: string, connections: readonly Connection[]): Delivery[] {
  const count = Math.ceil(connections.length / CONNECTIONS_PER_DELIVERY);
  return Array.from({ length: count }, (_, index) => ({
    frame,
    connections: connections.slice(index * CONNECTIONS_PER_DELIVERY, (index + 1) * CONNECTIONS_PER_DELIVERY),
  }));
}
