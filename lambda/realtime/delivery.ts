import { isTopicKey } from './authorization';
import { expandAll, isWide } from './expansion';
import { messageLists } from './fan-out';
import { type Frame, framesOf, inOrder } from './frames';
import type { Connection, Connections, Delivery, DeliveryQueue, Shard, Subscribers } from './ports';
import { type Post, type Posting, postAll } from './posting';
import type { Message } from '../../client/protocol';
import { ATTEMPTS, type Continuation, requeue, requeueUnread, type Unfinished } from './requeueing';
import { SHARDS_PER_RANGE } from './sharding';

export interface Delivering extends Posting {
  connections: Pick<Connections, 'shards' | 'subscribers' | 'forget'>;
  queue: DeliveryQueue;
}

/** Numbers for the metrics. */
export interface PostCounts {
  /** Number of frames that were sent. */
  posts: number;
  /** Number of connections that were requeued. */
  left: number;
  /** Number of connections that were found closed. */
  gone: number;
  /**
   * Milliseconds from the publication of a message to the last post of its delivery, one value for each message of each delivery of
   * which a frame was sent. None for retries for connections that were busy. 0 if the publisher's clock is ahead.
   */
  latencies: number[];
}

export interface Delivered extends Unfinished, PostCounts {
  /** Unexpected errors. */
  errors: unknown[];
}

/** Parses the body of a queue's message. Throws if it is not a delivery. */
export function parseDelivery(body: string): Delivery {
  const delivery = JSON.parse(body) as Delivery | null;
  const messages: unknown = delivery?.messages;
  if (!delivery || !Array.isArray(messages) || !messages.every(isMessage) || !isRecipients(delivery.to)) {
    throw new Error('A delivery must have messages and recipients');
  }
  return delivery;
}

function isMessage(value: Partial<Message> | null): boolean {
  return isTopicKey(value?.topic) && typeof value?.epoch === 'string' && Number.isSafeInteger(value.sequence);
}

function isRecipients(to: Delivery['to'] | null | undefined): boolean {
  if (!to || 'topic' in to) {
    return isTopicKey(to?.topic);
  }
  if ('shards' in to) {
    const { topic, first, count } = to.shards ?? {};
    return (
      isTopicKey(topic) && Number.isInteger(first) && Number.isInteger(count) && count > 0 && count <= SHARDS_PER_RANGE
    );
  }
  return 'shard' in to
    ? isTopicKey(to.shard?.topic) && Number.isInteger(to.shard.number)
    : Array.isArray(to.connections) && to.connections.every((connection) => typeof connection?.id === 'string');
}

/**
 * Posts deliveries to their connections, and replaces a delivery to many shards with deliveries to parts of them. Messages of
 * several deliveries to one connection share frames. The rest of a shard that is too full is requeued with a cursor,
 * without a delay. Shards that cannot be read are requeued with a delay. So are connections that stay busy, or for which
 * no time is left, as a list.
 */
export async function deliver(deliveries: readonly Delivery[], delivering: Delivering): Promise<Delivered> {
  // Concurrently, so that a large topic does not delay the posts.
  const [expanded, posted] = await Promise.all([
    expandAll(deliveries.filter(isWide), delivering),
    postToConnections(
      deliveries.filter((delivery) => !isWide(delivery)),
      delivering,
    ),
  ]);
  return {
    ...posted,
    failed: [...new Set([...expanded.failed, ...posted.failed])],
    dead: [...new Set([...expanded.dead, ...posted.dead])],
    errors: [...expanded.errors, ...posted.errors],
  };
}

async function postToConnections(deliveries: readonly Delivery[], delivering: Delivering): Promise<Delivered> {
  const { connections, clock } = delivering;
  const read = await Promise.allSettled(recipients(deliveries, connections, clock.now() / 1000));
  const addressed = read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const [unread, rest] = await Promise.all([
    requeueUnread(
      deliveries.filter((_, index) => read[index]?.status === 'rejected'),
      delivering,
    ),
    requeue(addressed.flatMap(restOf), delivering),
  ]);
  const stopped = new Set([...rest.failed, ...rest.dead]);
  const pack = delivering.outbox.pack?.bind(delivering.outbox) ?? framesOf;
  const posts = postsOf(
    addressed.filter(({ delivery }) => !stopped.has(delivery)),
    pack,
  );
  const outcome = await postAll(posts, delivering);
  const again = await requeue(toConnections(outcome.left, begunOf(posts)), delivering);
  return {
    posts: posts.reduce((sum, { sent }) => sum + sent, 0),
    left: outcome.left.length,
    gone: outcome.gone,
    latencies: latenciesOf(posts),
    failed: [...unread.failed, ...rest.failed, ...again.failed],
    dead: [...unread.dead, ...rest.dead, ...again.dead, ...exhaustedOf(outcome.left)],
    errors: [...read.flatMap((each) => (each.status === 'rejected' ? [each.reason] : [])), ...outcome.errors],
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
    const found: Subscribers = 'shard' in to ? await read(to) : 'connections' in to ? to : { connections: [] };
    // An authorization can expire while the delivery is in the queue.
    return { delivery, ...found, connections: found.connections.filter(isAuthorized) };
  });
}

function restOf({ delivery, next }: Addressed): Continuation[] {
  const { messages, to } = delivery;
  return next === undefined || !('shard' in to)
    ? []
    : [{ delivery: { messages, to: { shard: to.shard, after: next } }, of: [delivery] }];
}

/** Frames for a connection, and the deliveries that they belong to. */
interface Parcel extends Post {
  from: readonly Delivery[];
}

/**
 * Creates the frames for each connection. Connections with the same messages share them: each is serialized and hashed once.
 * Small deliveries are first, so that a shard of slow connections does not delay them.
 */
function postsOf(addressed: readonly Addressed[], pack: (messages: readonly Message[]) => Frame[]): Parcel[] {
  const byConnection = new Map<string, { to: Connection; from: Delivery[]; content: string }>();
  const smallFirst = [...addressed].sort((a, b) => a.connections.length - b.connections.length);
  for (const { delivery, connections } of smallFirst) {
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
    const frames = packed.get(content) ?? pack(inOrder(from.map(({ messages }) => messages)));
    packed.set(content, frames);
    return { to, from, frames, sent: 0 };
  });
}

function latenciesOf(posts: readonly Parcel[]): number[] {
  const ends = new Map<Delivery, number>();
  for (const { from, sentAt = 0 } of posts.filter(({ sent }) => sent > 0)) {
    from.filter(isUnmeasured).forEach((delivery) => ends.set(delivery, Math.max(sentAt, ends.get(delivery) ?? 0)));
  }
  return [...ends].flatMap(([{ messages }, end]) =>
    messages.map(({ publishedAt }) => Math.max(0, end - Date.parse(publishedAt))),
  );
}

/** Number of earlier attempts to post a delivery. Those of a shard were attempts to read it. */
const attemptsOf = ({ to, attempt = 0 }: Delivery): number => ('connections' in to ? attempt : 0);
/** @returns true if no earlier attempt measured the latency of the delivery for its connections */
const isUnmeasured = (delivery: Delivery): boolean => attemptsOf(delivery) === 0 || delivery.unmeasured === true;
const isExhausted = (delivery: Delivery): boolean => attemptsOf(delivery) >= ATTEMPTS;

function exhaustedOf(left: readonly Parcel[]): Delivery[] {
  return left.flatMap(({ from }) => from.filter(isExhausted));
}

/** @returns the deliveries of which a frame was sent */
function begunOf(posts: readonly Parcel[]): Set<Delivery> {
  return new Set(posts.filter(({ sent }) => sent > 0).flatMap(({ from }) => from));
}

/** Creates deliveries of the messages that were not sent, one for all connections with the same messages. */
function toConnections(left: readonly Parcel[], begun: ReadonlySet<Delivery>): Continuation[] {
  const groups = new Map<string, { parcel: Parcel; connections: Connection[] }>();
  const ids = new Map([...new Set(left.flatMap(({ from }) => from))].map((delivery, index) => [delivery, index]));
  for (const parcel of left) {
    const key = `${parcel.from.map((delivery) => ids.get(delivery))} ${parcel.sent} ${parcel.tried}`;
    const group = groups.get(key) ?? { parcel, connections: [] };
    group.connections.push(parcel.to);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ parcel: { from, frames, sent, tried }, connections }) => {
    const of = from.filter((delivery) => !isExhausted(delivery));
    const attempt = Math.max(...of.map(attemptsOf)) + 1;
    const unmeasured = of.every(isUnmeasured) && (!tried || !of.some((delivery) => begun.has(delivery)));
    const messages = frames.slice(sent).flatMap((frame) => frame.messages);
    return of.length === 0
      ? []
      : messageLists(messages).map((list) => ({
          delivery: { messages: list, to: { connections }, attempt, ...(unmeasured && { unmeasured }) },
          of,
        }));
  });
}
