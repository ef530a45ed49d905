/**
 * Splits items lazily into batches of at most `count` items and `bytes` bytes, in order. An item larger than `bytes` gets
 * a batch of its own, which the receiver rejects.
 */
export function* batches<Item>(
  items: Iterable<Item>,
  sizeOf: (item: Item) => number,
  { count = Number.POSITIVE_INFINITY, bytes }: { count?: number; bytes: number },
): Generator<Item[]> {
  let batch: Item[] = [];
  let room = bytes;
  for (const item of items) {
    const size = sizeOf(item);
    if (batch.length > 0 && (batch.length === count || size > room)) {
      yield batch;
      batch = [];
      room = bytes;
    }
    batch.push(item);
    room -= size;
  }
  if (batch.length > 0) {
    yield batch;
  }
}
