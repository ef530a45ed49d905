import fc from 'fast-check';
import { firstBatch } from '../../events/batch';

const MEGABYTE = 1024 * 1024;

test('takes the first records, as many as a batch may have', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (records, size) => {
      expect(firstBatch(records, size)).toEqual(records.slice(0, size));
    }),
  );
});

test('takes no more than an invocation can carry', () => {
  const records = Array.from({ length: 10 }, () => 'x'.repeat(MEGABYTE));
  expect(firstBatch(records, 10)).toHaveLength(5);
});

test('takes one record however large it is', () => {
  expect(firstBatch(['x'.repeat(7 * MEGABYTE), 'y'], 10)).toHaveLength(1);
});
