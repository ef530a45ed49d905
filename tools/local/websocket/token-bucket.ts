/** API Gateway's throttle: `burst` tokens at most, refilled at `rate` a second. */
export class TokenBucket {
  private tokens: number;
  private filledAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly rate: number,
    private readonly burst: number,
  ) {
    this.tokens = burst;
  }

  /**
   * Takes a token.
   *
   * @param now - milliseconds; never earlier than in the call before
   * @returns false if there is none
   */
  take(now: number): boolean {
    if (this.filledAt !== Number.NEGATIVE_INFINITY) {
      this.tokens = Math.min(this.burst, this.tokens + ((now - this.filledAt) / 1000) * this.rate);
    }
    this.filledAt = now;
    if (this.tokens < 1) {
      return false;
    }
    this.tokens -= 1;
    return true;
  }
}
