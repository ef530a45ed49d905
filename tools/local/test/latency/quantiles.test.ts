import { AWS_LATENCIES, type LatencyKind } from '../../latency/aws-latencies';
import { awsLatencies, latenciesOf } from '../../latency/latencies';
import { type Quantiles, valueAt, withMedian } from '../../latency/quantiles';

const KINDS = Object.entries(AWS_LATENCIES) as [LatencyKind, Quantiles][];

test('a value between two quantiles is interpolated, and one outside of them is the nearest', () => {
  const quantiles: Quantiles = [
    [0.1, 10],
    [0.5, 20],
    [0.9, 60],
  ];
  expect([0, 0.1, 0.3, 0.5, 0.6, 0.9, 1].map((share) => valueAt(quantiles, share))).toEqual([
    10, 10, 15, 20, 30, 60, 60,
  ]);
});

test('a distribution with another median keeps its shape', () => {
  const quantiles: Quantiles = [
    [0.1, 10],
    [0.5, 20],
    [0.9, 60],
  ];
  expect(withMedian(quantiles, 5)).toEqual([
    [0.1, 2.5],
    [0.5, 5],
    [0.9, 15],
  ]);
});

test.each(KINDS)('drawn latencies of the kind %s have the quantiles of their source', (kind, quantiles) => {
  const latencies = awsLatencies();
  const drawn = Array.from({ length: 20_000 }, () => latencies.next(kind));
  for (const [share, milliseconds] of quantiles.filter(([each]) => each > 0 && each < 1)) {
    const shareOf = (matches: (each: number) => boolean) => drawn.filter(matches).length / drawn.length;
    const tolerance = 4 * Math.sqrt((share * (1 - share)) / drawn.length);
    expect(shareOf((each) => each < milliseconds)).toBeLessThan(share + tolerance);
    expect(shareOf((each) => each <= milliseconds)).toBeGreaterThan(share - tolerance);
  }
});

test('a seed repeats the latencies of a kind, regardless of the other kinds, and another seed has others', () => {
  const [one, same, other] = [awsLatencies(7), awsLatencies(7), awsLatencies(8)];
  const transactions = (of: typeof one, before = () => 0) =>
    Array.from({ length: 20 }, () => {
      before();
      return of.next('transaction');
    });
  const first = transactions(one);
  expect(transactions(same, () => same.next('read'))).toEqual(first);
  expect(transactions(other)).not.toEqual(first);
});

test('there are no latencies unless the option says so', () => {
  expect(KINDS.map(([kind]) => latenciesOf().next(kind))).toEqual(KINDS.map(() => 0));
  expect(KINDS.every(([kind]) => latenciesOf('aws').next(kind) > 0)).toBe(true);
});
