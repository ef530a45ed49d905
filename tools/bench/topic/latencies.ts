import { AWS_LATENCIES, type Quantiles, valueAt } from '../../local';

/** TransactWriteItems with 25 items: the source of {@link AWS_LATENCIES}, which has 5 items. */
const TRANSACTION_OF_25: Quantiles = [
  [0, 23.5],
  [0.5, 32.1],
  [0.9, 40.5],
  [0.95, 47.2],
  [0.99, 97.5],
  [1, 258],
];

/** Latencies of requests to a table, in milliseconds. `at` is a share from 0 to 1: the latency that this share does not exceed. */
export interface Latencies {
  readonly title: string;
  read(at: number): number;
  write(at: number): number;
  transaction(items: number, at: number): number;
}

/**
 * The latencies of the local run and of the scale model: published ones, and a read that is unverified. Transactions of other
 * sizes are on the straight line through the two published ones.
 */
export const PUBLISHED: Latencies = {
  title: 'published latencies',
  read: (at) => valueAt(AWS_LATENCIES.read, at),
  write: (at) => valueAt(AWS_LATENCIES.write, at),
  transaction: (items, at) => valueAt(AWS_LATENCIES.transaction, at) + (items - 5) * millisecondsOfItem(at),
};

/** Medians of a table that is faster than the published ones, in milliseconds: of a request, and of a transaction of three items. */
const [FAST_REQUEST, FAST_TRANSACTION, FAST_ITEMS] = [5, 10, 3];

/**
 * Assumed latencies, which are unverified, with the published spread. The published ones include the time of a Python client. Each
 * item above three adds as many milliseconds as it does in the published latencies.
 */
export const FAST: Latencies = {
  title: `assumed latencies: ${FAST_REQUEST} ms, and ${FAST_TRANSACTION} ms for a transaction of ${FAST_ITEMS} items`,
  read: (at) => (PUBLISHED.read(at) * FAST_REQUEST) / PUBLISHED.read(0.5),
  write: (at) => (PUBLISHED.write(at) * FAST_REQUEST) / PUBLISHED.write(0.5),
  transaction(items, at) {
    const spread = PUBLISHED.transaction(FAST_ITEMS, at) / PUBLISHED.transaction(FAST_ITEMS, 0.5);
    return FAST_TRANSACTION * spread + (items - FAST_ITEMS) * millisecondsOfItem(at);
  },
};

function millisecondsOfItem(at: number): number {
  return (valueAt(TRANSACTION_OF_25, at) - valueAt(AWS_LATENCIES.transaction, at)) / 20;
}
