/** Namespace of the metrics of the lanes' code. */
export const METRIC_NAMESPACE = 'Twinlane';

/** Milliseconds between two calls of `write` in a task. A function calls it at the end of each invocation. */
export const WRITE_EVERY = 20_000;

/** Unit of CloudWatch. */
type Unit = 'Count' | 'Milliseconds';

/**
 * Metrics of the lanes' code. Each has the dimension `Lane`, and no dimension that grows with use: a tenant, a topic or a connection
 * would be a metric of its own, which AWS bills by the month.
 */
export const METRICS = {
  /** Open sockets of a server, one value for each task every 20 s. */
  OpenConnections: 'Count',
  /**
   * Milliseconds from the time that a message has in the log to the last post of a delivery, one value for each message of the first
   * attempt that sent a frame. Later attempts are measured only for connections that no attempt had time for: the retries for one slow
   * connection would have as many values as all others together. The clocks of two hosts are involved.
   */
  PushLatency: 'Milliseconds',
  /** Frames that a function posted to connections or tasks. */
  Posts: 'Count',
  /** Connections for which a function requeued the rest of the frames. */
  Left: 'Count',
  /** Connections that a post found closed. */
  Gone: 'Count',
  /** Deliveries that dispatch enqueued. */
  FanOut: 'Count',
  /**
   * 1 for a page of history that could not continue after the client's position, and 0 for another one: the average is the share. Pages
   * from the beginning of a topic are not counted.
   */
  Gaps: 'Count',
  /** Handshakes, frames and requests that were not answered as asked. It also has the dimension `Reason`. */
  Refused: 'Count',
} as const satisfies Record<string, Unit>;

export type MetricName = keyof typeof METRICS;

/**
 * Values of the dimension `Reason`: error codes of frames, handshakes and requests that were not answered as asked. `internal` is a
 * failure of the lanes' code. The code answers it itself, so Lambda counts no error. Other codes are mistakes of the client's
 * developer, and are not counted.
 */
export const REFUSAL_REASONS = ['unauthorized', 'forbidden', 'rate_limited', 'unavailable', 'internal'] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Collects values of metrics. */
export interface Metrics {
  /** Adds to a number of which the sum is written. @param by @default 1 */
  count(name: 'Posts' | 'Left' | 'Gone' | 'FanOut', by?: number): void;

  /** Adds a value of which the distribution is written. */
  sample(name: 'OpenConnections' | 'PushLatency' | 'Gaps', value: number): void;

  /** Counts a refusal, if its code is one of {@link REFUSAL_REASONS}. */
  refuse(code: string): void;

  /** Writes what was collected since the last call, if anything. */
  write(): void;
}
