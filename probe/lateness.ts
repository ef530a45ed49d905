import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** How often this program looks at its own lateness, in milliseconds. */
const RESOLUTION = 10;

/** How late this program itself is, because its machine is busy or stands still: no fault of a server. */
export class Lateness {
  private readonly delays: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION });

  constructor() {
    this.delays.enable();
  }

  /** @returns milliseconds below which the part `p` of what was seen lies; 1 is the most */
  end(p: number): number {
    this.delays.disable();
    return Math.max(0, this.delays.percentile(p * 100) / 1e6 - RESOLUTION);
  }
}
