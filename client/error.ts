import type { ErrorCode } from './protocol';

/** The protocol's codes: docs/protocol.md. */
export type Code = ErrorCode | 'connection_limit' | 'token' | 'signed_out' | 'unsupported' | 'closed';

/** An error of a lane: a refused request, frame or subscription, or a lane that did not respond. */
export class TwinlaneError extends Error {
  override readonly name = 'TwinlaneError';

  /**
   * @param code the protocol's error code.
   * @param message an explanation for people.
   * @param retryAfter seconds to wait before a retry.
   * @param topic the topic of the subscription that was refused.
   */
  constructor(
    readonly code: Code,
    message: string,
    readonly retryAfter?: number,
    readonly topic?: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
  }

  /** True if a retry can succeed. */
  get transient(): boolean {
    return this.code === 'unavailable' || this.code === 'rate_limited';
  }
}
