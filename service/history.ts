import { authorized } from '../lambda/realtime/authorization';
import { countRequest } from '../lambda/realtime/count-request';
import type { History } from '../lambda/realtime/ports';
import type { Principal } from '../lambda/realtime/principal';
import type { Publishing } from '../lambda/realtime/publishing';

/** Bytes that a subject reads for the cost of one publish. */
const BYTES_PER_COST = 32 * 1024;

/** Page of a topic that a client requests. */
export interface PageRequest {
  topic: string;
  after: number;
  limit: number;
}

/**
 * Reads a page of history. Counts against the rate limit of the subject as one publish for each 32 KiB that are read from
 * the log. Throws `Refused` if the principal is not allowed to read, or exceeds its rate limit.
 */
export async function readPage(
  { topic, after, limit }: PageRequest,
  principal: Principal,
  { log, rateLimits }: Pick<Publishing, 'log' | 'rateLimits'>,
): Promise<History> {
  const key = await admitted(topic, principal, rateLimits);
  const page = await log.read(key, after, limit);
  const more = Math.ceil(page.bytesRead / BYTES_PER_COST) - 1;
  if (more > 0) {
    // The cost is known only after the read. The next request waits for it.
    await rateLimits.charge(principal, more);
  }
  return page;
}

/**
 * Checks that a principal can read a topic now, for a response without messages. Reads only the head, so that the connection to
 * the table is open for the publish that follows.
 */
export async function readHead(
  topic: string,
  principal: Principal,
  { log, rateLimits }: Pick<Publishing, 'log' | 'rateLimits'>,
): Promise<void> {
  const key = await admitted(topic, principal, rateLimits);
  await log.positions([key], { eventual: true });
}

async function admitted(topic: string, principal: Principal, rateLimits: Publishing['rateLimits']): Promise<string> {
  const key = authorized(principal, 'read', topic);
  await countRequest(principal, 1, rateLimits);
  return key;
}
