/** Maximum bytes of JSON in an invocation. A batch ends before it. */
const MAXIMUM_BYTES = 6 * 1024 * 1024;

/** Bytes of an event without its records. */
const ENVELOPE = '{"Records":[]}'.length;

/** @returns the first records, for one invocation: at most `size`, at most 6 MB, at least one if there are any */
export function firstBatch<T>(records: readonly T[], size: number): T[] {
  let bytes = ENVELOPE;
  const end = records.slice(0, size).findIndex((record) => {
    bytes += Buffer.byteLength(JSON.stringify(record)) + 1;
    return bytes > MAXIMUM_BYTES;
  });
  return records.slice(0, end < 0 ? size : Math.max(1, end));
}
