import { type ClientFrame, Limit } from '../../client/protocol';

/** Number of topics of a ping whose positions cost as much as a frame without topics: each is at most half a read unit. */
const TOPICS_PER_TOKEN = 10;

/**
 * @returns the cost of a frame for the rate limit of its connection, in tokens. A token is about one invocation with one
 * write. A subscribe needs two or three writes of a transaction and two reads for each topic. An unsubscribe is cheaper than
 * it costs the table, because each needs a subscribe before it. Presence counts the rows of up to 10 shards, and the append
 * of a publish counts against the rate limit of its subject
 */
export function costOf(frame: ClientFrame): number {
  switch (frame.action) {
    case 'ping':
      return Math.max(1, Math.ceil((frame.topics?.length ?? 0) / TOPICS_PER_TOKEN));
    case 'subscribe':
      return 2 * ('topics' in frame ? frame.topics.length : 1);
    case 'presence':
      return 5;
    case 'unsubscribe':
    case 'publish':
      return 1;
  }
}

/**
 * Cost of a ping of as many topics as it can list. Only a subscribe to several topics costs more. It can be divided into
 * frames that cost less, and never costs more than a full bucket.
 */
export const HIGHEST_COST = costOf({ action: 'ping', topics: Array.from({ length: Limit.PING_TOPICS }, () => '') });
