/** A mistake in the user's input or in the setup of this machine. Printed without a stack trace. */
export class UserError extends Error {
  override readonly name: string = 'UserError';

  /** @param inOneLine - the message for output that has room for only one line */
  constructor(
    message: string,
    readonly inOneLine = message,
  ) {
    super(message);
  }
}
