import type { Message, ServerFrame } from '../../client/protocol';
import type { Item } from '../../lambda/adapters/table';
import { KeyPrefix, SortKey } from '../../lambda/keys';
import type { Delivery, Hint } from '../../lambda/realtime/ports';
import { isOnTask } from '../../lambda/realtime/task-id';
import { unpack } from '../../lambda/realtime/task-posts';

/** Milliseconds after which no mark of a message can be written any more: longer than push takes. */
const FORGOTTEN = 120_000;

/** Milliseconds after the end of its lease at which a task is gone, as in TaskTable. */
const TOLERANCE = 5000;

/** A message with a hint, and the subscriptions of its topic when it was written that nothing has reached yet. */
interface Hinted {
  at: number;
  hint: Hint;
  missing: Map<string, Subscription>;
}

interface Subscription {
  shard: number;
  item: Item;
}

/**
 * Subscribers that messages with hints have reached: a post was made to the connection, or the delivery queue accepted an
 * entry for it or for its shard. A mark requires both of all subscriptions that are older than the message.
 */
export class Reached {
  /** By epoch and sequence: an epoch belongs to one topic. Oldest first. */
  private readonly hinted = new Map<string, Hinted>();

  /** @param items returns the items of the connection table */
  constructor(
    private readonly now: () => number,
    private readonly items: () => readonly Item[],
  ) {}

  /** A message is being written with a hint. */
  wrote({ epoch, sequence }: Message, hint: Hint): void {
    for (const [place, { at }] of this.hinted) {
      if (at + FORGOTTEN > this.now()) {
        break;
      }
      this.hinted.delete(place);
    }
    this.hinted.set(`${epoch} ${sequence}`, { at: this.now(), hint, missing: this.subscriptions(hint.topic) });
  }

  /** A frame is posted to a connection, or frames to a task. */
  posted(connection: string, post: string): void {
    if (this.hinted.size === 0) {
      return;
    }
    for (const text of isOnTask(connection) ? unpack(post).map((frame) => frame.text) : [post]) {
      const frame = JSON.parse(text) as ServerFrame;
      const messages = frame.type === 'messages' ? frame.messages : frame.type === 'message' ? [frame] : [];
      for (const { missing } of this.of(messages)) {
        missing.delete(connection);
      }
    }
  }

  /** The delivery queue accepted an entry. */
  enqueued(body: string): void {
    if (this.hinted.size > 0) {
      const { messages, to } = JSON.parse(body) as Delivery;
      for (const { missing } of this.of(messages)) {
        for (const [connection, { shard }] of missing) {
          if (includes(to, connection, shard)) {
            missing.delete(connection);
          }
        }
      }
    }
  }

  /** @returns the subscribers that the messages of a mark have not reached, without those that have left meanwhile */
  missing({ epoch, first }: Pick<Hint, 'epoch' | 'first'>): string[] {
    const marked = [...this.hinted.values()].filter(({ hint }) => hint.epoch === epoch && hint.first === first);
    return marked.flatMap(({ hint, missing }) => {
      const left = this.subscriptions(hint.topic);
      return [...missing].flatMap(([connection, { item }]) =>
        left.get(connection)?.item === item ? [connection] : [],
      );
    });
  }

  private of(messages: readonly Pick<Message, 'epoch' | 'sequence'>[]): Hinted[] {
    return messages.flatMap(({ epoch, sequence }) => this.hinted.get(`${epoch} ${sequence}`) ?? []);
  }

  private subscriptions(topic: string): Map<string, Subscription> {
    const prefix = `${KeyPrefix.TOPIC}${topic}#`;
    const seconds = this.now() / 1000;
    const items = this.items();
    const leases = new Map(items.map(({ pk, sk, expiresAt }) => [`${pk} ${sk}`, expiresAt * 1000 + TOLERANCE]));
    const isGone = ({ sk }: Item) => isOnTask(sk) && (leases.get(`${sk} ${SortKey.CONNECTION}`) ?? 0) <= this.now();
    return new Map(
      items
        .filter((item) => item.pk.startsWith(prefix) && item.expiresAt > seconds && !isGone(item))
        .map((item) => [
          item.sk.slice(KeyPrefix.CONNECTION.length),
          { shard: Number(item.pk.slice(prefix.length)), item },
        ]),
    );
  }
}

/** @returns true if a delivery includes a connection, which subscribed in a shard */
function includes(to: Delivery['to'], connection: string, shard: number): boolean {
  if ('topic' in to) {
    return true;
  }
  if ('shards' in to) {
    return shard >= to.shards.first && shard < to.shards.first + to.shards.count;
  }
  return 'shard' in to
    ? to.shard.number === shard && connection > (to.after ?? '')
    : to.connections.some(({ id }) => id === connection);
}
