import { deliver, type Delivering, type PostCounts } from './delivery';
import { fanOut, topicsOf } from './fan-out';
import type { Connections, Delivery, DeliveryQueue, Hint, HintedMessages, Shard } from './ports';
import type { Message } from '../../client/protocol';

/** Milliseconds for which a push posts to connections. Those that are left return to the delivery queue. */
const POST_FOR = 300;

/**
 * Age in milliseconds above which messages are left to the stream. It has usually pushed them by then, and a hint that was
 * forged or repeated can repeat only what is younger.
 */
export const PUSHED_UNTIL = 2000;

export interface Pushing extends Omit<Delivering, 'connections' | 'deadline'> {
  log: HintedMessages;
  connections: Pick<Connections, 'availableShards' | 'shards' | 'subscribers' | 'forget'>;
}

export interface Pushed extends PostCounts {
  /** Number of hints whose messages were pushed. The stream pushes the messages of the others. */
  pushed: number;
  /** Unexpected errors. */
  errors: unknown[];
}

/** A hint with its messages, as the log contains them. */
interface Announced {
  hint: Hint;
  messages: Message[];
}

/**
 * Pushes the messages that hints announce, and marks the hints. Only messages that were read from the log are pushed. A topic
 * with one shard is posted at once; for more, an entry for each shard is enqueued. A hint whose messages cannot be read, or
 * were not accepted for all shards, is not marked.
 */
export async function push(hints: readonly Hint[], pushing: Pushing): Promise<Pushed> {
  const { log, connections, clock } = pushing;
  const read = await settled(withoutRepeats(hints).map(async (hint) => ({ hint, messages: await log.read(hint) })));
  const fresh = read.values.filter(({ messages }) => messages.length > 0 && messages.every(isYoung(clock.now())));
  const topics = topicsOf(fresh.flatMap(({ messages }) => messages));
  // After the messages: a subscription that was written before a message is in a shard of a plan that is read after it.
  const shards = topics.length > 0 ? await connections.availableShards(topics) : new Map<string, Shard[]>();
  const ready = fresh.filter(({ hint }) => shards.has(hint.topic));
  const isInline = ({ hint }: Announced) => shards.get(hint.topic)?.length === 1;
  const [posted, enqueued] = await Promise.all([
    postInline(ready.filter(isInline), shards, pushing),
    enqueue(
      ready.filter((each) => !isInline(each)),
      shards,
      pushing,
    ),
  ]);
  const { accepted: inline, errors, ...counts } = posted;
  const accepted = [...inline, ...enqueued];
  const marked = await settled(accepted.map(({ hint }) => log.mark(hint)));
  return {
    ...counts,
    pushed: accepted.length,
    errors: [...read.errors, ...errors, ...marked.errors],
  };
}

/** SQS can deliver a message twice, and a repeated hint would post its messages twice. */
const withoutRepeats = (hints: readonly Hint[]): Hint[] => [
  ...new Map(hints.map((hint) => [`${hint.topic} ${hint.epoch} ${hint.first} ${hint.last}`, hint] as const)).values(),
];

const isYoung =
  (now: number) =>
  ({ publishedAt }: Message): boolean =>
    Date.parse(publishedAt) > now - PUSHED_UNTIL;

/** Posts to the connections of topics with one shard. @returns those for which the posts and the queue took all */
async function postInline(
  announced: readonly Announced[],
  shards: ReadonlyMap<string, Shard[]>,
  pushing: Pushing,
): Promise<PostCounts & { accepted: Announced[]; errors: unknown[] }> {
  const deliveries = new Map(
    announced.flatMap((each) =>
      (shards.get(each.hint.topic) ?? []).map((shard): [Delivery, Announced] => [
        { messages: each.messages, to: { shard } },
        each,
      ]),
    ),
  );
  const deadline = pushing.clock.now() + POST_FOR;
  const queue = withoutDelay(pushing.queue);
  const { failed, dead, ...outcome } = await deliver([...deliveries.keys()], { ...pushing, queue, deadline });
  const open = new Set([...failed, ...dead]);
  return {
    ...outcome,
    accepted: [...deliveries].filter(([delivery]) => !open.has(delivery)).map(([, each]) => each),
  };
}

/**
 * Without a delay, what is left is posted as soon as if it came from the stream. Most of these connections were not tried, and
 * deliver retries those that are busy.
 */
const withoutDelay = (queue: DeliveryQueue): DeliveryQueue => ({
  enqueue: (deliveries) => queue.enqueue(deliveries, 0),
});

/** Enqueues an entry for each shard. @returns those of which the queue accepted all entries */
async function enqueue(
  announced: readonly Announced[],
  shards: ReadonlyMap<string, Shard[]>,
  { queue }: Pushing,
): Promise<Announced[]> {
  const { left, refused } = await fanOut(
    announced.flatMap(({ messages }) => messages),
    shards,
    queue,
  );
  const open = new Set([...left, ...refused]);
  return announced.filter(({ messages }) => !messages.some((message) => open.has(message)));
}

async function settled<T>(all: readonly Promise<T>[]): Promise<{ values: T[]; errors: unknown[] }> {
  const outcomes = await Promise.allSettled(all);
  return {
    values: outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
    errors: outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : [])),
  };
}
