import type { ErrorCode } from '../../client/protocol';

/** Messages of refusals that depend on the sender or the rate, not on the content of the request. */
const MESSAGES = {
  unauthorized: 'The authorization has expired. Connect again with a new ticket.',
  forbidden: 'The token does not allow this. Reading needs the scope topics:read, publishing the scope topics:write.',
  rate_limited: 'Rate limit exceeded. Wait, then try again.',
  not_connected: 'This connection is closing. Open a new one.',
} satisfies Partial<Record<ErrorCode, string>>;

/** Thrown for a request that is not allowed, or not yet. Becomes an error frame, or a problem of the HTTP API. */
export class Refused extends Error {
  /** @param retryAfter seconds to wait before a retry; undefined if a retry cannot succeed. */
  constructor(
    readonly code: keyof typeof MESSAGES,
    readonly retryAfter?: number,
  ) {
    super(MESSAGES[code]);
    this.name = 'Refused';
  }
}
