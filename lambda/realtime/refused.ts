import type { ErrorCode } from './protocol';

/** What is wrong with who asks, or with how often, and not with what is asked: for people. */
const SENTENCES = {
  unauthorized: 'The authorization has ended: connect again, with a new ticket',
  forbidden: 'This is not allowed',
  rate_limited: 'Too many: wait, then try again',
  not_connected: 'This connection is closing: open a new one',
} satisfies Partial<Record<ErrorCode, string>>;

/** Thrown where somebody may not do, or not yet, what they ask; answered at the border, as a frame or a problem. */
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
