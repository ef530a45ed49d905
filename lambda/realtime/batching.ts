/**
 * Splits a list into batches of at most `count` items and `bytes` bytes, in order. An item larger than `bytes` gets a
 * batch of its own: the receiver says what is wrong with it.
 */
export function batches<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  { count, bytes }: { count: number; bytes: number },
): Item[][] {
  const result: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const current = result.at(-1);
    if (current && current.length < count && size <= room) {
      current.push(item);
      room -= size;
    } else {
      result.push([item]);
      room = bytes - size;
    }
  }
  return result;
}
