/** Maximum durations in milliseconds. */
export interface Limits {
  /** To get a token. */
  readonly signIn: number;
  /** Of the requests before the first socket. At least three times `request`. */
  readonly http: number;
  /** From the handshake to the answer of a ping. */
  readonly webSocket: number;
  /** From the subscription to the messages. */
  readonly delivery: number;
  /** Of the sockets and requests of the last measurement. Longer than `request`. */
  readonly besideSockets: number;
  /** To close all sockets. */
  readonly close: number;
  /** Of one request, with the resolution of the name, the connection and TLS. */
  readonly request: number;
  /** From the start of the first publish until both messages arrive. */
  readonly push: number;
}

/** Requests of a run to the HTTP lane, and its handshakes, if all checks pass: the rate limit of an address counts both. */
export const REQUESTS_OF_RUN = 76;

/**
 * The first six are one after the other. Their sum is below 60 s, the shortest timeout of a run: that of CloudWatch Synthetics with a run
 * each minute. So a run reports whatever hangs.
 *
 * A check fails only if one request, the first handshake, a frame or a message gets no answer within its own limit, or a wrong one. This
 * also applies to requests that are only measured: a request beside open sockets that gets no answer is what the canary looks for. All
 * else of a measurement fails no check, and its value is absent: its requests take too long together, a rate limit refuses one, or one
 * of its five sockets does not open.
 */
export const LIMITS: Limits = {
  signIn: 8000,
  http: 16_000,
  webSocket: 10_000,
  delivery: 14_000,
  besideSockets: 8000,
  close: 1000,
  request: 5000,
  push: 10_000,
};

/**
 * @param window - seconds for which messages of the stream wait for others: `maxBatchingWindow` of the delivery
 * @returns limits for a delivery with this window
 */
export function limitsWith(window: number): Limits {
  const { delivery, push } = LIMITS;
  return { ...LIMITS, delivery: delivery + window * 1000, push: push + window * 1000 };
}
