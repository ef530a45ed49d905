import { type Quantiles, withMedian } from './quantiles';

/**
 * PutItem, from a function in the same Region: alexdebrie.com, "DynamoDB Transactions Performance Testing", 2020, 400 runs.
 * It and the next two include the time of the Python client. AWS documents only "single-digit millisecond" performance.
 */
const PUT_ITEM: Quantiles = [
  [0, 5.47],
  [0.5, 7.55],
  [0.9, 11.3],
  [0.95, 13.2],
  [0.99, 16.2],
  [1, 29],
];

/** Distributions of the times of AWS's services. `unverified`: no published distribution was found, so the value is an assumption. */
export const AWS_LATENCIES = {
  /** PutItem, UpdateItem, DeleteItem. Published for PutItem. */
  write: PUT_ITEM,
  /** TransactWriteItems, and, unverified, TransactGetItems. Published for 5 items: the source of PutItem. */
  transaction: [
    [0, 19.4],
    [0.5, 25.3],
    [0.9, 30.7],
    [0.95, 36.4],
    [0.99, 92.5],
    [1, 218],
  ],
  /** BatchWriteItem. Published for 5 items: the source of PutItem. */
  batchWrite: [
    [0, 6.59],
    [0.5, 8.14],
    [0.9, 13.3],
    [0.95, 15.4],
    [0.99, 25.5],
    [1, 56.8],
  ],
  /** GetItem, BatchGetItem, Query, Scan. Unverified: a median of 5 ms, with the shape of PutItem. */
  read: withMedian(PUT_ITEM, 5),
  /** SendMessage and SendMessageBatch. Unverified: a median of 10 ms, with the shape of PutItem. */
  send: withMedian(PUT_ITEM, 10),
  /** From a message that is sent to a standard queue to the function. Published: bitesizedserverless.com, 2022, eu-west-1, 1,024 runs. */
  queue: [
    [0.1, 13.7],
    [0.5, 16.2],
    [0.9, 33.8],
    [0.99, 105],
  ],
  /** `POST @connections`. Unverified: a median of 10 ms, with the shape of PutItem. */
  post: withMedian(PUT_ITEM, 10),
} as const satisfies Record<string, Quantiles>;

/** Kind of a time that AWS's services take. */
export type LatencyKind = keyof typeof AWS_LATENCIES;
