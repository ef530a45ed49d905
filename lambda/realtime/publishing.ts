import { authorized } from './authorization';
import type { RateLimits, Clock, Draft, MessageLog } from './ports';
import type { Principal } from './principal';
import type { Json, Message } from './protocol';
import { Refused } from './refused';

/** A message to publish, already validated. Without an id, a repeat is a new message. */
export interface Publication {
  topic: string;
  data: Json;
  id?: string;
}

export interface Publishing {
  log: MessageLog;
  rateLimits: RateLimits;
  clock: Clock;
  newId: () => string;
}

/**
 * Publishes to a topic of the principal's tenant, for both lanes. The message is durable when this resolves; the log's
 * stream delivers it. Throws {@link Refused} if the principal may not publish to it, or has published too much.
 *
 * @returns the message, its topic as the client names it
 */
export async function publish(
  { topic, data, id }: Publication,
  principal: Principal,
  { log, rateLimits, clock, newId }: Publishing,
): Promise<Message | 'conflict'> {
  const key = authorized(principal, 'publish', topic);
  const spent = await rateLimits.spend(principal);
  if (spent !== 'spent') {
    throw new Refused('rate_limited', spent.retryAfter);
  }
  const draft: Draft = { topic: key, id: id ?? newId(), data, publishedAt: new Date(clock.now()).toISOString() };
  const message = await log.append(draft);
  return message === 'conflict' ? message : { ...message, topic };
}
