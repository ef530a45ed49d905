/**
 * Chooses mixtures of two versions. For every two parts, there is a mixture in which the first one is new and the second one old, and one in
 * which it is the other way round.
 *
 * Each part gets another set of mixtures in which it is new. All sets have the same size, so none contains another.
 *
 * @returns the new parts of each mixture
 */
export function mixturesOf(parts: readonly string[]): string[][] {
  let count = 2;
  while (halvesOf(count).length < parts.length) {
    count += 1;
  }
  const newIn = halvesOf(count);
  return Array.from({ length: count }, (_, mixture) => parts.filter((_part, index) => newIn[index]?.has(mixture)));
}

/** @returns the subsets of the numbers below `count` with half of them, rounded down */
function halvesOf(count: number): Set<number>[] {
  return Array.from({ length: 2 ** count }, (_, bits) => bits)
    .map((bits) => new Set(Array.from({ length: count }, (_, bit) => bit).filter((bit) => bits & (1 << bit))))
    .filter(({ size }) => size === Math.floor(count / 2));
}
