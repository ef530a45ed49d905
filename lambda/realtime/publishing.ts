import { authorized } from './authorization';
import { countRequest } from './count-request';
import type { RateLimits, Clock, MessageLog } from './ports';
import type { Principal } from './principal';
import type { Json, Message } from '../../client/protocol';

/** A validated message to publish. Without an id, a retry publishes another message. */
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
 * stream delivers it. Throws `Refused` if the principal is not allowed to publish, or exceeds its rate limit.
 *
 * @returns the message, with the client's name of the topic
 */
export async function publish(
  { topic, data, id }: Publication,
  principal: Principal,
  { log, rateLimits, clock, newId }: Publishing,
): Promise<Message | 'conflict'> {
  const key = authorized(principal, 'publish', topic);
  // The log reads while the rate limit is checked. It writes nothing for a request that is refused.
  log.prepare(key);
  await countRequest(principal, 1, rateLimits);
  const publishedAt = new Date(clock.now()).toISOString();
  const message = await log.append({ topic: key, id: id ?? newId(), data, publishedAt, subject: principal.subject });
  return message === 'conflict' ? message : { ...message, topic };
}
