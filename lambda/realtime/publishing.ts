import type { Clock, Draft, MessageLog } from './ports';
import type { Json, Message } from './protocol';

/** What a client wants published, checked already. Without an id, a repeat would be a new message. */
export interface Publication {
  topic: string;
  data: Json;
  id?: string;
}

export interface Publishing {
  log: MessageLog;
  clock: Clock;
  newId: () => string;
}

/**
 * Publishes to a topic, for both lanes. The message is durable when this resolves; the log's stream delivers it.
 * Who may publish to which topic would be decided here, and is not yet.
 */
export function publish(
  { topic, data, id }: Publication,
  { log, clock, newId }: Publishing,
): Promise<Message | 'conflict'> {
  const draft: Draft = { topic, id: id ?? newId(), data, publishedAt: new Date(clock.now()).toISOString() };
  return log.append(draft);
}
