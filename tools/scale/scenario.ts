import { Quota } from './facts';

/** What is simulated: a load, and the quotas of the account that carries it. */
export interface Scenario {
  /** Connections, each subscribed to one topic. */
  readonly connections: number;
  /** Topics that share the connections evenly. */
  readonly topics: number;
  /** Messages a second on each topic. */
  readonly rate: number;
  /** Bytes of a message in its frame, names and position included. */
  readonly bytes: number;
  /** Seconds for which messages are published; the run ends when the last one has left. */
  readonly duration: number;
  /** API Gateway's requests a second in the account: posts, frames from clients, and handshakes. */
  readonly requestsPerSecond: number;
  /** API Gateway's new connections a second in the account. */
  readonly connectsPerSecond: number;
  /** DynamoDB's write units a second in a table. */
  readonly tableWritesPerSecond: number;
  /** Deliver functions at once: the event source's maximum concurrency. */
  readonly concurrency: number;
  /** Seconds that Lambda may gather messages of the stream before it invokes dispatch. */
  readonly maxBatchingWindow: number;
  /** Seconds between two pings of a client; 0 for none. */
  readonly pingInterval: number;
  /** Where the random numbers begin: the same seed gives the same run. */
  readonly seed: number;
}

/** One message a minute to all connections, with the quotas of an account that has asked for nothing. */
export const DEFAULTS: Scenario = {
  connections: 100_000,
  topics: 1,
  rate: 1 / 60,
  bytes: 512,
  duration: 60,
  requestsPerSecond: 10_000,
  connectsPerSecond: 500,
  tableWritesPerSecond: Quota.tableWrites.value,
  concurrency: 200,
  maxBatchingWindow: 0,
  pingInterval: 240,
  seed: 1,
};
