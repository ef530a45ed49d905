/** Why nothing can be measured, as one sentence for the person who asked: printed without a stack trace. */
export class CannotMeasure extends Error {
  override readonly name = 'CannotMeasure';
}
