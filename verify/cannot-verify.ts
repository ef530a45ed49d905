/** Why nothing can be verified, as one sentence for the person who asked: printed without a stack trace. */
export class CannotVerify extends Error {
  override readonly name = 'CannotVerify';
}
