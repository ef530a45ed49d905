import { isTopicKey } from './authorization';
import { type Backoff, backoffDelay } from './backoff';
import { messageLists } from './fan-out';
import { type Frame, framesOf, inOrder } from './frames';
import type { Connection, Connections, Delivery, DeliveryQueue, Shard, Subscribers } from './ports';
import { type Post, type Posting, postAll } from './posting';

/** Number of times that the rest of a delivery is requeued before the queue's own redrive policy applies. */
export const ATTEMPTS = 5;

/** Delay of a delivery that is requeued: 1 to 32 s, with jitter. */
const BACKOFF: Backoff = { base: 2000, cap: 32_000 };

export interface Delivering extends Posting {
  connections: Pick<Connections, 'subscribers' | 'forget'>;
  queue: DeliveryQueue;
}

export interface Delivered {
  /** Number of frames that were sent. */
  posts: number;
  /** Number of connections that were requeued. */
  left: number;
  /** Deliveries that must be received again unchanged. */
  failed: Delivery[];
  /** Unexpected errors. */
  errors: unknown[];
}

/** Parses the body of a queue's message. Throws if it is not a delivery. */
export function parseDelivery(body: string): Delivery {
  const delivery = JSON.parse(body) as Delivery | null;
  const to = delivery?.to;
  const named = to && 'connections' in to && Array.isArray(to.connections);
  const sharded = to && 'shard' in to && isTopicKey(to.shard?.topic) && Number.isInteger(to.shard.number);
  if (!Array.isArray(delivery?.messages) || !(named || sharded)) {
    throw new Error('A delivery must have messages and recipients');
  }
  return delivery;
}

/**
 * Posts deliveries to their connections. Messages of several deliveries to one connection share frames. The rest of a
 * shard that is too full is requeued with a cursor, without a delay. Connections that stay busy, or for which no time is
 * left, are requeued as a list, with a delay.
 */
export async function deliver(deliveries: readonly Delivery[], delivering: Delivering): Promise<Delivered> {
  const { connections, queue, clock } = delivering;
  const read = await Promise.allSettled(recipients(deliveries, connections, clock.now() / 1000));
  const errors = read.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  const failed = new Set(deliveries.filter((_, index) => read[index]?.status === 'rejected'));

  const addressed = read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  for (const delivery of await requeue(addressed.flatMap(restOf), queue)) {
    failed.add(delivery);
  }
  const posts = postsOf(addressed.filter(({ delivery }) => !failed.has(delivery)));
  const outcome = await postAll(posts, delivering);
  const again = toConnections(outcome.left);
  const attempts = Math.max(1, ...again.map(({ delivery }) => delivery.attempt ?? 0));
  const delaySeconds = Math.max(1, Math.ceil(backoffDelay(attempts, BACKOFF, clock.random()) / 1000));
  for (const delivery of [...exhaustedOf(outcome.left), ...(await requeue(again, queue, delaySeconds))]) {
    failed.add(delivery);
  }
  return {
    posts: posts.reduce((sum, { sent }) => sum + sent, 0),
    left: outcome.left.length,
    failed: [...failed],
    errors: [...errors, ...outcome.errors],
  };
}

interface Addressed extends Subscribers {
  delivery: Delivery;
}

/** Reads the connections of each delivery. A part of a shard that several deliveries share is read once. */
function recipients(
  deliveries: readonly Delivery[],
  connections: Delivering['connections'],
  seconds: number,
): Promise<Addressed>[] {
  const reads = new Map<string, Promise<Subscribers>>();
  const read = ({ shard, after = '' }: { shard: Shard; after?: string }) => {
    const key = `${shard.topic} ${shard.number} ${after}`;
    const found = reads.get(key) ?? connections.subscribers(shard, after);
    reads.set(key, found);
    return found;
  };
  const isAuthorized = ({ authorizedUntil = Number.MAX_SAFE_INTEGER }: Connection) => authorizedUntil > seconds;
  return deliveries.map(async (delivery) => {
    const { to } = delivery;
    const found: Subscribers = 'shard' in to ? await read(to) : to;
    // An authorization can expire while the delivery is in the queue.
    return { delivery, ...found, connections: found.connections.filter(isAuthorized) };
  });
}

/** A delivery to enqueue, and the deliveries that are complete once it is enqueued. */
interface Continuation {
  delivery: Delivery;
  of: readonly Delivery[];
}

function restOf({ delivery, next }: Addressed): Continuation[] {
  return next === undefined || !('shard' in delivery.to)
    ? []
    : [{ delivery: { ...delivery, to: { ...delivery.to, after: next } }, of: [delivery] }];
}

/** Frames for a connection, and the deliveries that they belong to. */
interface Parcel extends Post {
  from: readonly Delivery[];
}

/** Creates the frames for each connection. Connections with the same messages share them: each is serialized and hashed once. */
function postsOf(addressed: readonly Addressed[]): Parcel[] {
  const byConnection = new Map<string, { to: Connection; from: Delivery[]; content: string }>();
  for (const { delivery, connections } of addressed) {
    const content = delivery.messages.map(({ topic, epoch, sequence }) => `${topic} ${epoch} ${sequence}`).join();
    for (const to of connections) {
      const receiver = byConnection.get(to.id) ?? { to, from: [], content: '' };
      receiver.from.push(delivery);
      receiver.content += `${content};`;
      byConnection.set(to.id, receiver);
    }
  }
  const packed = new Map<string, Frame[]>();
  return [...byConnection.values()].map(({ to, from, content }) => {
    const frames = packed.get(content) ?? framesOf(inOrder(from.map(({ messages }) => messages)));
    packed.set(content, frames);
    return { to, from, frames, sent: 0 };
  });
}

const isExhausted = ({ attempt = 0 }: Delivery): boolean => attempt >= ATTEMPTS;

function exhaustedOf(left: readonly Parcel[]): Delivery[] {
  return left.flatMap(({ from }) => from.filter(isExhausted));
}

/** Creates deliveries of the messages that were not sent, one for all connections with the same messages. */
function toConnections(left: readonly Parcel[]): Continuation[] {
  const groups = new Map<string, { parcel: Parcel; connections: Connection[] }>();
  const ids = new Map([...new Set(left.flatMap(({ from }) => from))].map((delivery, index) => [delivery, index]));
  for (const parcel of left) {
    const key = `${parcel.from.map((delivery) => ids.get(delivery))} ${parcel.sent}`;
    const group = groups.get(key) ?? { parcel, connections: [] };
    group.connections.push(parcel.to);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ parcel: { from, frames, sent }, connections }) => {
    const of = from.filter((delivery) => !isExhausted(delivery));
    const attempt = Math.max(...of.map(({ attempt = 0 }) => attempt)) + 1;
    const messages = frames.slice(sent).flatMap((frame) => frame.messages);
    return of.length === 0
      ? []
      : messageLists(messages).map((list) => ({ delivery: { messages: list, to: { connections }, attempt }, of }));
  });
}

/** Enqueues continuations. @returns the deliveries that are not complete, because the queue rejected their continuation */
async function requeue(
  continuations: readonly Continuation[],
  queue: DeliveryQueue,
  delaySeconds?: number,
): Promise<Delivery[]> {
  const refused = new Set(
    await queue.enqueue(
      continuations.map(({ delivery }) => delivery),
      delaySeconds,
    ),
  );
  return continuations.flatMap(({ delivery, of }) => (refused.has(delivery) ? of : []));
}
