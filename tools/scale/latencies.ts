/** Ratio of a bucket's end to its beginning: percentiles are accurate to one percent. */
const GROWTH = 1.01;
/** End of the first bucket, in seconds. */
const SMALLEST = 0.001;
const BUCKETS = Math.ceil(Math.log(1e8 / SMALLEST) / Math.log(GROWTH));

const endOf = (bucket: number) => SMALLEST * GROWTH ** bucket;
const beginOf = (bucket: number) => (bucket === 0 ? 0 : endOf(bucket - 1));

/** Histogram of delivery latencies with buckets of one percent, so that memory is constant. */
export class Latencies {
  count = 0;
  max = 0;
  private readonly counts = new Float64Array(BUCKETS);
  /** Difference to the previous bucket in deliveries per second of latency, for the whole buckets of each range. */
  private readonly steps = new Float64Array(BUCKETS + 1);

  /** Adds `count` deliveries with latencies evenly distributed from `from` to `to` seconds. */
  add(from: number, to: number, count: number): void {
    const [first, last] = [bucketOf(from), bucketOf(to)];
    this.count += count;
    this.max = Math.max(this.max, to);
    if (first === last) {
      this.counts[first] = (this.counts[first] ?? 0) + count;
      return;
    }
    const density = count / (to - from);
    this.counts[first] = (this.counts[first] ?? 0) + density * (endOf(first) - from);
    this.counts[last] = (this.counts[last] ?? 0) + density * (to - beginOf(last));
    this.steps[first + 1] = (this.steps[first + 1] ?? 0) + density;
    this.steps[last] = (this.steps[last] ?? 0) - density;
  }

  /** @returns the latency in seconds that this share of the deliveries does not exceed; undefined if there are none */
  percentile(share: number): number | undefined {
    let left = share * this.count;
    let density = 0;
    for (let bucket = 0; bucket < BUCKETS && this.count > 0; bucket++) {
      density += this.steps[bucket] ?? 0;
      const [begin, end] = [beginOf(bucket), endOf(bucket)];
      const here = (this.counts[bucket] ?? 0) + Math.max(0, density) * (end - begin);
      if (left <= here && here > 0) {
        return Math.min(this.max, begin + (end - begin) * (left / here));
      }
      left -= here;
    }
    return this.count > 0 ? this.max : undefined;
  }
}

function bucketOf(seconds: number): number {
  return seconds <= SMALLEST
    ? 0
    : Math.min(BUCKETS - 1, Math.ceil(Math.log(seconds / SMALLEST) / Math.log(GROWTH) - 1e-9));
}
