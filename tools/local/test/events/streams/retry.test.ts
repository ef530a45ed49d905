import fc from 'fast-check';
import { afterFailure, type Batch } from '../../../events/streams/retry';

const NEVER_SPLIT = { bisectBatchOnFunctionError: false, maximumRetryAttempts: 2 };
const SPLIT = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 2 };

test('a failed batch is retried as a whole, up to the maximum number of retries', () => {
  const records = ['a', 'b'];
  expect(afterFailure({ records, retries: 1 }, 0, NEVER_SPLIT)).toEqual({
    again: [{ records, retries: 2 }],
    later: true,
  });
  expect(afterFailure({ records, retries: 2 }, 0, NEVER_SPLIT)).toEqual({ discarded: { records, retries: 2 } });
});

test('a failed batch is retried without limit if there is no maximum', () => {
  const endless = { ...NEVER_SPLIT, maximumRetryAttempts: -1 };
  expect(afterFailure({ records: ['a'], retries: 1000 }, 0, endless)).toMatchObject({ again: [{ retries: 1001 }] });
});

test('a split of a batch does not count as a retry', () => {
  expect(afterFailure({ records: ['a', 'b', 'c'], retries: 1 }, 0, SPLIT)).toEqual({
    again: [
      { records: ['a', 'b'], retries: 1 },
      { records: ['c'], retries: 1 },
    ],
    later: false,
  });
});

test('a retry starts with the first record that failed', () => {
  expect(afterFailure({ records: ['a', 'b', 'c'], retries: 1 }, 1, NEVER_SPLIT)).toEqual({
    again: [{ records: ['b', 'c'], retries: 0 }],
    later: true,
  });
});

test('a mapping that splits batches discards only the records that always fail, in order', () => {
  const batch = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(batch, fc.boolean(), fc.integer({ min: 0, max: 3 }), (poisonous, reports, maximumRetryAttempts) => {
      const settings = { bisectBatchOnFunctionError: true, maximumRetryAttempts };
      const done: number[] = [];
      const discarded: number[] = [];
      const batches: Batch<number>[] = [{ records: poisonous.map((_, index) => index), retries: 0 }];
      for (let next = batches.shift(); next; next = batches.shift()) {
        const failed = next.records.findIndex((record) => poisonous[record]);
        if (failed < 0) {
          done.push(...next.records);
          continue;
        }
        const first = reports ? failed : 0;
        const after = afterFailure(next, first, settings);
        done.push(...next.records.slice(0, first));
        if ('discarded' in after) {
          discarded.push(...after.discarded.records);
        } else {
          batches.unshift(...after.again);
        }
      }
      expect(discarded).toEqual(poisonous.flatMap((isPoison, index) => (isPoison ? [index] : [])));
      expect(done).toEqual(poisonous.flatMap((isPoison, index) => (isPoison ? [] : [index])));
    }),
  );
});
