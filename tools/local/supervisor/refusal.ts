/** Why the runner cannot start, in one sentence that says what to do. No stack trace belongs to it. */
export class Refusal extends Error {
  /** @param inOneLine - the same where there is room for a line only */
  constructor(
    message: string,
    readonly inOneLine = message,
  ) {
    super(message);
  }
}
