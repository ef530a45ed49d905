import type { ErrorCode } from './protocol';

/** Texts of refusals that depend on the sender or the rate, not on the content of the request. */
const SENTENCES = {
  unauthorized: 'The authorization has expired. Connect again with a new ticket.',
  forbidden: 'Not allowed.',
  rate_limited: 'Rate limit exceeded. Wait, then try again.',
  not_connected: 'This connection is closing. Open a new one.',
} satisfies Partial<Record<ErrorCode, string>>;

/** A request that is not allowed, or not yet. It becomes an error frame, or a problem of the HTTP API. */
export class Refused extends Error {
  /** @param retryAfter when to try again, in seconds; undefined if that is of no use. */
  constructor(
    readonly code: keyof typeof SENTENCES,
    readonly retryAfter?: number,
  ) {
    super(SENTENCES[code]);
    this.name = 'Refused';
  }
}
