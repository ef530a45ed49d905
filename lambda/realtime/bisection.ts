/**
 * Finds the first number after `low`, up to `high`, that passes a test, if all numbers after it pass, too. Makes at most
 * log2(high - low) + 1 tests one after another: 54 for all safe integers. If some numbers after it do not pass, the
 * result passes, but is not always the first.
 *
 * @param low less than `high`; assumed not to pass.
 * @returns undefined if `high` does not pass
 */
export async function firstAfter(
  low: number,
  high: number,
  passes: (number: number) => Promise<boolean>,
): Promise<number | undefined> {
  if (!(await passes(high))) {
    return undefined;
  }
  let [failing, passing] = [low, high];
  while (passing - failing > 1) {
    const middle = failing + Math.floor((passing - failing) / 2);
    if (await passes(middle)) {
      passing = middle;
    } else {
      failing = middle;
    }
  }
  return passing;
}
