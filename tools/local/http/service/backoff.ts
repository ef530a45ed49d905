/** Milliseconds before the first replacement of a task. */
const FIRST = 250;

/** Maximum milliseconds. ECS waits up to 27 min; here a user waits, who may have just fixed the code. */
const LONGEST = 15_000;

/**
 * @param failures number of consecutive tasks that ended before they were healthy
 * @returns the delay before the next task starts, in milliseconds
 */
export function backoffMs(failures: number): number {
  return Math.min(LONGEST, FIRST * 2 ** failures);
}
