import type { ErrorCode } from '../lambda/realtime/protocol';

/** The protocol's codes: docs/protocol.md. */
export type Code = ErrorCode;

/** Why something was refused. */
export class TwinlaneError extends Error {
  override readonly name = 'TwinlaneError';

  /**
   * @param code for programs.
   * @param message for people.
   * @param retryAfter when the same may succeed, in seconds.
   * @param topic what it is about, if it is a topic.
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

  /** Whether the same may succeed a little later. */
  get transient(): boolean {
    return this.code === 'unavailable' || this.code === 'rate_limited';
  }
}
