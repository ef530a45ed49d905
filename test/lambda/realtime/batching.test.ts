import fc from 'fast-check';
import { batches } from '../../../lambda/realtime/batching';

const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 60 });
const limits = fc.record({ count: fc.integer({ min: 1, max: 10 }), bytes: fc.integer({ min: 1, max: 400 }) });
const sum = (batch: number[]) => batch.reduce((total, size) => total + size, 0);

it('batches() keeps every item once and in order', () => {
  fc.assert(
    fc.property(sizes, limits, (items, limit) => expect([...batches(items, Number, limit)].flat()).toEqual(items)),
  );
});

it('batches() respects the limits, except for a single item above the limit of bytes', () => {
  fc.assert(
    fc.property(sizes, limits, (items, limit) => {
      for (const batch of batches(items, Number, limit)) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(limit.count);
        expect(batch.length === 1 || sum(batch) <= limit.bytes).toBe(true);
      }
    }),
  );
});

it('batches() starts a new batch only if the previous one has no room', () => {
  fc.assert(
    fc.property(sizes, limits, (items, limit) => {
      const result = [...batches(items, Number, limit)];
      result.slice(1).forEach((batch, index) => {
        const before = result[index] ?? [];
        expect(before.length === limit.count || sum(before) + (batch[0] ?? 0) > limit.bytes).toBe(true);
      });
    }),
  );
});

it('batches() reads at most one item ahead', () => {
  let taken = 0;
  const endless = (function* () {
    for (;;) {
      taken += 1;
      yield 1;
    }
  })();
  expect(batches(endless, Number, { count: 10, bytes: 100 }).next().value).toHaveLength(10);
  expect(taken).toBe(11);
});
