import type { ErrorCode } from './protocol';

/** Texts of refusals that depend on the sender or the rate, not on the content of the request. */
const SENTENCES = {
  unauthorized: 'The authorization has ended: connect again, with a new ticket',
  forbidden: 'This is not allowed',
  rate_limited: 'Too many: wait, then try again',
  not_connected: 'This connection is closing: open a new one',
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
