/** Milliseconds before the first replacement of a task that has ended. */
const FIRST = 250;

/** Most milliseconds. ECS goes up to 27 min; here a person waits, and has perhaps just mended the code. */
const LONGEST = 15_000;

/**
 * @param failures tasks in a row that have ended before they were healthy
 * @returns how long to wait before the next is started, in milliseconds.
 */
export function backoffMs(failures: number): number {
  return Math.min(LONGEST, FIRST * 2 ** failures);
}
