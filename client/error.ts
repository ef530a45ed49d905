import type { ErrorCode } from './protocol';

/**
 * Code of an error: {@link ErrorCode} from the server, or one of the client. `token`: `token()` failed or returned no valid token.
 * `signed_out`: nobody is signed in. `unsupported`: there is no `WebSocket`. `ended`: the subscription was ended before.
 * `closed`: the client was closed. `not_kept`: messages are no longer kept. `invalid_data`: JSON cannot represent the data.
 */
export type Code =
  ErrorCode | 'token' | 'signed_out' | 'unsupported' | 'ended' | 'closed' | 'not_kept' | 'invalid_data';

const BRAND = Symbol.for('twinlane.error');

/** The only class of errors that the client emits and rejects with, except for the reason of a caller's signal. */
export class TwinlaneError extends Error {
  override readonly name = 'TwinlaneError';
  declare readonly code: Code;
  /** Seconds to wait before a retry. */
  declare readonly retryAfter?: number | undefined;
  /** Topic of the subscription, the publish or the read of history that failed. */
  declare readonly topic?: string | undefined;
  /** After a failed publish: `no` if the message is surely not published, `unknown` if it can be. */
  declare readonly published?: 'no' | 'unknown' | undefined;

  constructor(
    code: Code,
    message: string,
    details?: Pick<TwinlaneError, 'retryAfter' | 'topic' | 'published' | 'cause'>,
  ) {
    super(message);
    // Safari 15 ignores the second argument of the constructor of `Error`.
    Object.assign(this, details, { code });
  }

  /** Recognizes the errors of every copy of this package, in contrast to `instanceof`. */
  static is(value: unknown): value is TwinlaneError {
    return (value as { [brand: symbol]: unknown } | null | undefined)?.[BRAND] === true;
  }

  /** True if the same can succeed later without a change. */
  get retryable(): boolean {
    return ['unavailable', 'rate_limited'].includes(this.code) || (this.code === 'token' && this.cause !== undefined);
  }
}

Object.defineProperty(TwinlaneError.prototype, BRAND, { value: true });
