/** Maximum of a first publish ÷ the second: from a page with the client, and from one behind the same gateway as the API. */
const MAX_RATIOS = { client: 1.15, gateway: 1.1 };

type Name = keyof typeof MAX_RATIOS;

/**
 * @param ratios - the ratios of the medians
 * @returns the bounds that a run exceeds
 */
export function exceeded(ratios: Readonly<Record<Name, number>>): string[] {
  return (Object.keys(MAX_RATIOS) as Name[])
    .filter((name) => !(ratios[name] <= MAX_RATIOS[name]))
    .map((name) => `${name}: first ÷ second must be at most ${MAX_RATIOS[name]}, got ${ratios[name]}`);
}
