import { AWS_LATENCIES, type LatencyKind } from './aws-latencies';
import { valueAt } from './quantiles';
import { randomOfSeed } from './random-of-seed';

/** Source of the latencies of a process. */
export interface Latencies {
  /** @returns milliseconds, drawn from the distribution of the kind; always 0 without latencies */
  next(kind: LatencyKind): number;
}

export const NO_LATENCIES: Latencies = { next: () => 0 };

/**
 * Latencies of AWS at random. Each kind has random numbers of its own: the same seed gives, for example, the third transaction the
 * same latency, regardless of other requests.
 */
export function awsLatencies(seed = 1): Latencies {
  const kinds = Object.keys(AWS_LATENCIES) as LatencyKind[];
  const randoms = new Map(kinds.map((kind, index) => [kind, randomOfSeed(seed * kinds.length + index)]));
  return { next: (kind) => valueAt(AWS_LATENCIES[kind], randoms.get(kind)?.() ?? 0) };
}

/** @param latency - option of a run */
export function latenciesOf(latency: 'none' | 'aws' = 'none'): Latencies {
  return latency === 'aws' ? awsLatencies() : NO_LATENCIES;
}
