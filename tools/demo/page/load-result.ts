import { percentile } from '../../statistics';
import type { Delivered } from './deliveries';
import type { Latencies } from './latencies';

/** Measurements of one server in a load test. */
export interface LoadResult {
  /** Latencies of HTTP requests. */
  readonly http: Latencies;
  /** Indexes of the first HTTP request under load, and of the first after it. */
  readonly loaded: readonly [from: number, to: number];
  readonly messages: Delivered;
}

/** Share of the requested rate that counts as kept. */
const KEPT = 0.95;

/** Rows of the table: what is measured, with its unit, and the text of its value. */
export const MEASURES: readonly (readonly [label: string, value: (result: LoadResult) => string])[] = [
  ['HTTP before load, p50 (ms)', ({ http, loaded: [from] }) => tenths(http.percentile(0.5, 0, from))],
  ['HTTP before load, p99 (ms)', ({ http, loaded: [from] }) => tenths(http.percentile(0.99, 0, from))],
  ['HTTP under load, p50 (ms)', ({ http, loaded }) => tenths(http.percentile(0.5, ...loaded))],
  ['HTTP under load, p99 (ms)', ({ http, loaded }) => tenths(http.percentile(0.99, ...loaded))],
  ['Failed HTTP requests', ({ http }) => `${http.failed}`],
  ['Message latency, p50 (ms)', ({ messages }) => tenths(messageLatency(messages, 0.5))],
  ['Message latency, p99 (ms)', ({ messages }) => tenths(messageLatency(messages, 0.99))],
  ['Messages per second', ({ messages }) => messages.perSecond.toFixed(1)],
  ['Messages not delivered', ({ messages }) => `${messages.sent - messages.latencies.length}`],
];

/**
 * @returns sentences that say whether the server kept the rate. If it did not, its latencies are those of a server that is
 * overloaded.
 *
 * @param rate - requested messages per second
 */
export function verdict(server: string, rate: number, { messages }: LoadResult): string {
  const { perSecond, refused } = messages;
  const kept =
    perSecond >= rate * KEPT
      ? `${server} kept the rate of ${rate} messages per second.`
      : `${server} did not keep the rate: it delivered ${perSecond.toFixed(1)} of ${rate} messages per second.`;
  return refused.length > 0 ? `${kept} It rejected some messages with the error code ${refused.join(' or ')}.` : kept;
}

function messageLatency({ latencies }: Delivered, share: number): number | undefined {
  return latencies.length > 0 ? percentile(latencies, share) : undefined;
}

function tenths(value: number | undefined): string {
  return value?.toFixed(1) ?? '–';
}
