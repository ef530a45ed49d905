/** @returns the items in random order (Fisher-Yates). @param random returns at least 0, less than 1. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = [...items];
  for (let end = all.length - 1; end > 0; end--) {
    const other = Math.floor(random() * (end + 1));
    [all[end], all[other]] = [all[other] as T, all[end] as T];
  }
  return all;
}
