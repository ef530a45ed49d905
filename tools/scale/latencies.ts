/** Each bucket ends this much above where it begins: percentiles are right to a percent. */
const GROWTH = 1.01;
/** Seconds at the end of the first bucket. */
const SMALLEST = 0.001;
const BUCKETS = Math.ceil(Math.log(1e8 / SMALLEST) / Math.log(GROWTH));

const endOf = (bucket: number) => SMALLEST * GROWTH ** bucket;
const beginOf = (bucket: number) => (bucket === 0 ? 0 : endOf(bucket - 1));

/** How long deliveries took, in buckets of one percent: any number of them in little memory. */
export class Latencies {
  count = 0;
  max = 0;
  private readonly counts = new Float64Array(BUCKETS);
  /** Change, from the bucket before to this one, of the deliveries per second of latency: whole buckets of ranges. */
  private readonly steps = new Float64Array(BUCKETS + 1);

  /** Adds `count` deliveries whose latencies lie evenly between two, in seconds. */
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

  /** @returns the seconds within which a share of the deliveries arrived; undefined if there was none. */
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
