import type { CanaryReport } from '../canary';
import type { LaneRequests } from '../lane-requests';

/** Number of requests of which a median is computed. */
const REQUESTS = 20;

/** @returns the durations of two requests on a new connection. Those of the second one are absent if the server closed the connection */
export async function firstRequests(lane: LaneRequests, signal: AbortSignal): Promise<CanaryReport['measurements']> {
  const { duration: firstRequest } = await lane.health(signal);
  const { duration: secondRequest, reused } = await lane.health(signal);
  return reused ? { firstRequest, secondRequest, firstRequestRatio: firstRequest / secondRequest } : { firstRequest };
}

/**
 * @param end - time after which no request begins, in milliseconds of `performance.now`
 * @returns the median duration of {@link REQUESTS} requests, one after the other, in milliseconds; undefined if they take too long together:
 * the lane is slow then, and works
 */
export async function medianDuration(
  lane: LaneRequests,
  end: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const durations: number[] = [];
  while (durations.length < REQUESTS) {
    if (performance.now() >= end) {
      return undefined;
    }
    durations.push((await lane.health(signal)).duration);
  }
  durations.sort((one, other) => one - other);
  const [lower = 0, upper = 0] = durations.slice(REQUESTS / 2 - 1);
  return (lower + upper) / 2;
}
