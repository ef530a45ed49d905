/** Sequence numbers for each millisecond. A stream with more records per second uses numbers of later milliseconds. */
const PER_MILLISECOND = 10_000n;

/**
 * Position of a record among all records. It also represents a time.
 *
 * @param ms - milliseconds since 1970
 * @returns the first sequence of that millisecond
 */
export function sequenceAt(ms: number): bigint {
  return BigInt(Math.max(0, Math.floor(ms))) * PER_MILLISECOND;
}

/** @returns milliseconds since 1970 */
export function timeOf(sequence: bigint): number {
  return Number(sequence / PER_MILLISECOND);
}

/** @returns the sequence number of the API, with the length of DynamoDB's numbers, so that numbers sort as text */
export function numberOf(sequence: bigint): string {
  return `1${String(sequence).padStart(20, '0')}`;
}

/** The inverse of {@link numberOf}. */
export function sequenceOf(number: string): bigint {
  return BigInt(number.slice(1));
}
