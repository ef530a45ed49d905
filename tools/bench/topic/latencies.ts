/** Values at shares from 0 to 1, ascending: `[0.5, 7.55]` is a median of 7.55 ms. The first share is 0, and the last 1. */
export type Quantiles = readonly (readonly [share: number, milliseconds: number])[];

/**
 * Published latencies from a Lambda function in the same Region, 400 requests each, with the time of the Python client, in
 * 2020. Source: github.com/alexdebrie/dynamodb-performance-testing, put-batch-transaction-performance.
 */
const SHARES = [0, 0.5, 0.9, 0.95, 0.99, 1];
const quantiles = (...values: number[]): Quantiles => SHARES.map((share, index) => [share, values[index] ?? 0]);
const PUT_ITEM = quantiles(5.47, 7.55, 11.3, 13.2, 16.2, 29);
const TRANSACTION_OF_5 = quantiles(19.4, 25.3, 30.7, 36.4, 92.5, 218);
const TRANSACTION_OF_25 = quantiles(23.5, 32.1, 40.5, 47.2, 97.5, 258);

/** Latencies of requests to a table, in milliseconds. `at` is a share from 0 to 1: the latency that this share does not exceed. */
export interface Latencies {
  readonly title: string;
  read(at: number): number;
  write(at: number): number;
  transaction(items: number, at: number): number;
}

/**
 * The published latencies. Transactions of other sizes are on the straight line through the two published ones, and a read
 * takes as long as PutItem: unverified.
 */
export const PUBLISHED: Latencies = {
  title: 'published latencies',
  read: (at) => valueAt(PUT_ITEM, at),
  write: (at) => valueAt(PUT_ITEM, at),
  transaction: (items, at) => valueAt(TRANSACTION_OF_5, at) + (items - 5) * millisecondsOfItem(at),
};

/** Medians that tools/scale/facts.ts assumes, in milliseconds: `rateLimitSeconds` and `appendSeconds`, which has both. */
const [ASSUMED_REQUEST, ASSUMED_TRANSACTION, ASSUMED_ITEMS] = [5, 10, 3];

/**
 * The medians of the scale model, which are unverified, with the published spread. Each item above three adds as many
 * milliseconds as it does in the published latencies.
 */
export const ASSUMED: Latencies = {
  title: 'latencies of the scale model',
  read: (at) => (PUBLISHED.read(at) * ASSUMED_REQUEST) / PUBLISHED.read(0.5),
  write: (at) => (PUBLISHED.write(at) * ASSUMED_REQUEST) / PUBLISHED.write(0.5),
  transaction(items, at) {
    const spread = PUBLISHED.transaction(ASSUMED_ITEMS, at) / PUBLISHED.transaction(ASSUMED_ITEMS, 0.5);
    return ASSUMED_TRANSACTION * spread + (items - ASSUMED_ITEMS) * millisecondsOfItem(at);
  },
};

/** @returns the value at a share, on the straight line between the neighboring quantiles */
export function valueAt(values: Quantiles, share: number): number {
  const next = Math.max(
    1,
    values.findIndex(([each]) => each >= share),
  );
  const [[low, from], [high, to]] = [values[next - 1] ?? [0, 0], values[next] ?? [1, 0]];
  return from + ((share - low) / (high - low)) * (to - from);
}

function millisecondsOfItem(at: number): number {
  return (valueAt(TRANSACTION_OF_25, at) - valueAt(TRANSACTION_OF_5, at)) / 20;
}
