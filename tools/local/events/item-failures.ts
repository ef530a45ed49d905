/**
 * Reads the failures in a function's response `{batchItemFailures: [{itemIdentifier}]}`. No response, or an empty list,
 * means success.
 *
 * @param answer - the response of the function
 * @param known - the identifiers of the batch
 * @returns the identifiers that failed; undefined if the response is invalid, which fails the whole batch
 */
export function itemFailures(answer: unknown, known: readonly string[]): readonly string[] | undefined {
  if (answer === null || answer === undefined) {
    return [];
  }
  const { batchItemFailures = [] } = Object(answer) as { batchItemFailures?: unknown };
  if (batchItemFailures === null) {
    return [];
  }
  if (!Array.isArray(batchItemFailures)) {
    return undefined;
  }
  const identifiers = batchItemFailures.map(
    (failure) => (Object(failure) as { itemIdentifier?: unknown }).itemIdentifier,
  );
  return identifiers.every((identifier): identifier is string => known.includes(identifier as string))
    ? identifiers
    : undefined;
}
