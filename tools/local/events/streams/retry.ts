import type { EventSourceBlueprint } from '../../blueprint';

/** Records of one invocation, and the number of failed retries. */
export interface Batch<T> {
  readonly records: readonly T[];
  readonly retries: number;
}

/** The next step after a batch failed. */
export type AfterFailure<T> =
  /** The next batches, in this order. `later`: after a delay. */
  | { readonly again: readonly Batch<T>[]; readonly later: boolean }
  /** The retries are used up. */
  | { readonly discarded: Batch<T> };

/**
 * Decides the next step after a batch of a stream failed, as Lambda does.
 *
 * Records before the first failed one are completed. Splitting does not count as a retry. A batch that made progress starts
 * to count its retries again: this is an assumption that AWS does not document.
 *
 * @param firstFailed - index of the first record that failed; 0 if the function failed as a whole
 */
export function afterFailure<T>(
  { records, retries }: Batch<T>,
  firstFailed: number,
  settings: Pick<EventSourceBlueprint, 'bisectBatchOnFunctionError' | 'maximumRetryAttempts'>,
): AfterFailure<T> {
  if (firstFailed > 0) {
    return { again: [{ records: records.slice(firstFailed), retries: 0 }], later: true };
  }
  if (settings.bisectBatchOnFunctionError && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    const halves = [records.slice(0, middle), records.slice(middle)];
    return { again: halves.map((half) => ({ records: half, retries })), later: false };
  }
  const { maximumRetryAttempts } = settings;
  if (maximumRetryAttempts >= 0 && retries >= maximumRetryAttempts) {
    return { discarded: { records, retries } };
  }
  return { again: [{ records, retries: retries + 1 }], later: true };
}
