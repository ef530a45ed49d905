import { embeddedLine } from './embedded-line';
import { type MetricName, METRICS, type Metrics, REFUSAL_REASONS, type RefusalReason } from './metrics';

/** Maximum number of values of a metric in a line. It can also have at most 100 metrics, more than there are. */
const MOST_VALUES = 100;

/** Values of metrics by name, and numbers of refusals by reason. */
interface Collected {
  readonly values: ReadonlyMap<Exclude<MetricName, 'Refused'>, readonly number[]>;
  readonly refusals: ReadonlyMap<RefusalReason, number>;
}

/**
 * @param lane - value of the dimension `Lane`
 * @param now - in milliseconds since 1970
 * @returns lines in the embedded metric format, from which CloudWatch Logs extracts the metrics: one for the lane, or more if a
 * metric has more than {@link MOST_VALUES} values, and one for each reason. None if nothing was collected
 */
function metricLines(lane: string, { values, refusals }: Collected, now: number): string[] {
  const pages = Math.ceil(Math.max(0, ...[...values.values()].map(({ length }) => length)) / MOST_VALUES);
  const pageOf = (page: number) =>
    [...values]
      .map(([name, list]) => [name, list.slice(page * MOST_VALUES, (page + 1) * MOST_VALUES)] as const)
      .filter(([, list]) => list.length > 0);
  return [
    ...Array.from({ length: pages }, (_, page) => metricLine({ Lane: lane }, pageOf(page), now)),
    ...[...refusals].map(([Reason, count]) => metricLine({ Lane: lane, Reason }, [['Refused', [count]]], now)),
  ];
}

function metricLine(
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly (readonly [MetricName, readonly number[]])[],
  now: number,
): string {
  return embeddedLine(
    dimensions,
    metrics.map(([name, values]) => ({ name, unit: METRICS[name], values })),
    now,
  );
}

/** Writes metrics to the log, in the embedded metric format. It needs no permission and no request. */
export class EmbeddedMetrics implements Metrics {
  private values = new Map<Exclude<MetricName, 'Refused'>, number[]>();
  private refusals = new Map<RefusalReason, number>();

  /**
   * @param lane - value of the dimension `Lane`
   * @param now - returns milliseconds since 1970
   * @param output - takes the lines, each with a line break
   */
  constructor(
    private readonly lane: string,
    private readonly now: () => number = Date.now,
    private readonly output: (line: string) => void = (line) => void process.stdout.write(line),
  ) {}

  count(name: 'Posts' | 'Left' | 'Gone' | 'FanOut', by = 1): void {
    if (by > 0) {
      this.values.set(name, [(this.values.get(name)?.[0] ?? 0) + by]);
    }
  }

  sample(name: 'OpenConnections' | 'PushLatency' | 'Gaps', value: number): void {
    if (Number.isFinite(value)) {
      const list = this.values.get(name) ?? [];
      list.push(value);
      this.values.set(name, list);
    }
  }

  refuse(code: string): void {
    const reason = REFUSAL_REASONS.find((each) => each === code);
    if (reason) {
      this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
    }
  }

  write(): void {
    const { values, refusals } = this;
    this.values = new Map();
    this.refusals = new Map();
    metricLines(this.lane, { values, refusals }, this.now()).forEach((line) => this.output(`${line}\n`));
  }
}
