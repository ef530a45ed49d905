import fc from 'fast-check';
import { Latencies } from '../../../tools/scale/latencies';

/** Ranges of latencies, each with some evenly distributed deliveries. */
const ranges = fc.array(
  fc.record({
    from: fc.double({ min: 0.002, max: 1000, noNaN: true }),
    length: fc.double({ min: 0, max: 1000, noNaN: true }),
    count: fc.integer({ min: 1, max: 1000 }),
  }),
  { minLength: 1, maxLength: 20 },
);

describe('The histogram of latencies', () => {
  test('has percentiles that are accurate to one percent', () => {
    fc.assert(
      fc.property(ranges, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (all, share) => {
        const latencies = new Latencies();
        for (const { from, length, count } of all) {
          latencies.add(from, from + length, count);
        }
        const found = latencies.percentile(share) ?? Number.NaN;
        const arrivedBy = (seconds: number) =>
          all.reduce((sum, { from, length, count }) => {
            const reached = length > 0 ? (seconds - from) / length : Number(seconds >= from);
            return sum + count * Math.min(1, Math.max(0, reached));
          }, 0);
        const wanted = share * latencies.count;
        expect(arrivedBy(found / 1.011)).toBeLessThanOrEqual(wanted + 1e-6);
        expect(arrivedBy(found * 1.011)).toBeGreaterThanOrEqual(wanted - 1e-6);
      }),
    );
  });

  test('has the exact maximum and number of deliveries', () => {
    const latencies = new Latencies();
    latencies.add(0.1, 0.3, 7);
    latencies.add(2, 12.345, 5);
    expect([latencies.max, latencies.count, latencies.percentile(1)]).toEqual([12.345, 12, 12.345]);
  });

  test('has no percentile if it is empty', () => {
    expect(new Latencies().percentile(0.5)).toBeUndefined();
  });
});
