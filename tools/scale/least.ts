/**
 * @param holds false up to some whole number, and true from then on.
 * @returns the least whole number in a range for which it holds, or undefined if it holds for none.
 */
export function leastWhole(from: number, to: number, holds: (value: number) => boolean): number | undefined {
  if (!holds(to)) {
    return undefined;
  }
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return high;
}
