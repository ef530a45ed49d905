import fc from 'fast-check';
import { firstBatch } from '../../events/batch';

const MEGABYTE = 1024 * 1024;

test('a batch has the first records, up to the batch size', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (records, size) => {
      expect(firstBatch(records, size)).toEqual(records.slice(0, size));
    }),
  );
});

test.each([
  ['x', 5],
  ['é', 2],
])('a batch of records of %s is not larger, in bytes, than the payload of an invocation can be', (character, most) => {
  const records = Array.from({ length: 10 }, () => character.repeat(MEGABYTE));
  expect(firstBatch(records, 10)).toHaveLength(most);
});

test('a batch has one record even if that record is too large', () => {
  expect(firstBatch(['x'.repeat(7 * MEGABYTE), 'y'], 10)).toHaveLength(1);
});
