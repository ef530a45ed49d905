/** Maximum of a first publish ÷ the second, from a page behind the same gateway as the API. */
const MAX_RATIO = 1.1;

/**
 * @param gateway - the ratio of the medians
 * @returns the bounds that a run exceeds
 */
export function exceeded({ gateway }: { readonly gateway: number }): string[] {
  return gateway <= MAX_RATIO ? [] : [`gateway: first ÷ second must be at most ${MAX_RATIO}, got ${gateway}`];
}
