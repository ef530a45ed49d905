import { percentile } from '../../statistics';

/** Milliseconds between HTTP requests. A request does not wait for the response to the previous one. */
export const EVERY = 50;

/** Latencies of HTTP requests, in the order in which the requests were sent. */
export class Latencies {
  /** Milliseconds of each request; undefined if it has no response. */
  readonly values: (number | undefined)[] = [];
  failed = 0;

  /** Counts a request as failed unless it has a successful response. A request that is aborted is not counted. */
  async count(request: Promise<Response>, signal: AbortSignal): Promise<void> {
    try {
      const response = await request;
      await response.text();
      this.failed += response.ok ? 0 : 1;
    } catch {
      this.failed += signal.aborted ? 0 : 1;
    }
  }

  /**
   * @returns the percentile of the requests from index `from` to before `to`; undefined if none has a response
   *
   * @param share - 0.99 for p99
   */
  percentile(share: number, from: number, to: number): number | undefined {
    const answered = this.values.slice(from, to).filter((value) => value !== undefined);
    return answered.length > 0 ? percentile(answered, share) : undefined;
  }
}
