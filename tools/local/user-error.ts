/** A mistake in the user's input, or on this machine: printed without a stack trace. */
export class UserError extends Error {
  override readonly name: string = 'UserError';

  /** @param inOneLine - the same where there is room for a line only */
  constructor(
    message: string,
    readonly inOneLine = message,
  ) {
    super(message);
  }
}
