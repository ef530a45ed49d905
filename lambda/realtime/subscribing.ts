import type { FrameRefusal, Subscribed } from '../../client/protocol';
import { isAllowed, topicKey } from './authorization';
import type { Clock, Connection, Connections, MessageLog, SubscribeOutcome } from './ports';
import type { Principal } from './principal';
import { refusalOf } from './refused';

/** A connection that subscribes, and the storage of subscriptions and heads. */
export interface Subscribing {
  connection: Connection;
  connections: Pick<Connections, 'subscribe'>;
  log: Pick<MessageLog, 'positions'>;
  clock: Pick<Clock, 'now'>;
  newId: () => string;
}

/**
 * Subscribes a connection to topics. Each is allowed or refused on its own. Everything after the position of a subscribed
 * topic is pushed.
 *
 * @returns the result of each topic. `not_connected`: the connection is closing
 */
export async function subscribe(
  topics: readonly string[],
  principal: Principal,
  { connection, connections, log, clock, newId }: Subscribing,
): Promise<Record<string, Subscribed | FrameRefusal> | 'not_connected'> {
  const allowed = topics.filter((topic) => isAllowed(principal, 'subscribe', topic));
  const keys = allowed.map((topic) => topicKey(principal, topic));
  const id = `${Math.floor(clock.now())}-${newId()}`;
  const outcomes =
    keys.length > 0
      ? await connections.subscribe({ ...connection, authorizedUntil: principal.expiresAt }, keys, id)
      : new Map<string, SubscribeOutcome>();
  if (outcomes === 'not_connected') {
    return outcomes;
  }
  // The heads are read after subscribing, so every later message is pushed.
  const found = await log.positions(keys.filter((key) => typeof outcomes.get(key) === 'object'));
  // A Map, because a topic can have the name of a property of each object, such as `constructor`.
  const positions = new Map(Object.entries(found));
  const resultOf = (topic: string): Subscribed | FrameRefusal => {
    const key = topicKey(principal, topic);
    const outcome = outcomes.get(key) ?? 'forbidden';
    const position = positions.get(key);
    if (typeof outcome === 'object' && position) {
      return { ...position, ...outcome };
    }
    return outcome === 'forbidden' || outcome === 'subscription_limit'
      ? refusalOf(outcome)
      : refusalOf('unavailable', 1);
  };
  return Object.fromEntries(topics.map((topic) => [topic, resultOf(topic)]));
}
