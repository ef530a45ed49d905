/** API Gateway's throttle: at most `burst` tokens, refilled at `rate` tokens per second. */
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
   * @param now - milliseconds; never earlier than in the previous call
   * @returns false if there is no token
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
