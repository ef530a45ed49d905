/** A bug that tests must detect: one change in one file. */
export interface Mutant {
  /** Path relative to the project's folder: `lambda/realtime/session.ts`. */
  readonly file: string;

  /** The fault, as a user would report it: "a ticket opens two connections". */
  readonly bug: string;

  /** Text that occurs exactly once in the file. */
  readonly find: string;

  readonly replace: string;

  /**
   * Paths of tests to run, in every tier.
   *
   * @default - the test file at the same path, then all unit tests that import the file, then all slow tests that import it
   */
  readonly tests?: readonly string[];
}

/** @returns the source with the bug. Throws if the text to replace does not occur exactly once */
export function planted(source: string, { file, bug, find, replace }: Mutant): string {
  const occurrences = source.split(find).length - 1;
  if (occurrences !== 1) {
    throw new Error(
      `[${file}] the text of "${bug}" must occur once, got ${occurrences} occurrences. Fix: change \`find\` to match the file, ` +
        'or remove the mutant.',
    );
  }
  return source.replace(find, () => replace);
}
