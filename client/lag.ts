import type { Clock } from './clock';

/** Maximum time for which late pushes are waited for, in milliseconds. */
export const MAX_WAIT = 10_000;

/** Part by which the estimate forgets with each push. Both values suit a spread that repeats within about 20 pushes. */
const [DECAY, DRIFT] = [0.05, 0.01];

/**
 * Estimates by how much the pushes of a topic overtake each other, from the times at which they were published and arrived.
 * Only differences count, so the clocks of client and server can differ.
 */
export class Lag {
  readonly #clock: Clock;
  /** Milliseconds from publish to arrival of the fastest pushes, plus the difference of the clocks. */
  #least = Number.POSITIVE_INFINITY;
  /** Milliseconds by which the slowest of the recent pushes were slower than that. */
  #most = 0;
  #arrivedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes in a push. @param publishedAt in ISO 8601 */
  observe(publishedAt: string): void {
    this.#arrivedAt = this.#clock.now();
    const taken = this.#arrivedAt - Date.parse(publishedAt);
    this.#least = taken < this.#least ? taken : this.#least + DRIFT * (taken - this.#least);
    this.#most = Math.min(MAX_WAIT, Math.max(taken - this.#least, this.#most * (1 - DECAY)));
  }

  /** Milliseconds by which a push can be later than the next one. 0 if no push has arrived recently. */
  get spread(): number {
    return this.#clock.now() - this.#arrivedAt < MAX_WAIT ? this.#most : 0;
  }
}
