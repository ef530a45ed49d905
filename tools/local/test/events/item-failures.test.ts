import { itemFailures } from '../../events/item-failures';

const BATCH = ['1', '2', '3'];

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['an empty list', { batchItemFailures: [] }],
  ['a null list', { batchItemFailures: null }],
  ['an object without a list', {}],
])('a result of %s reports success', (_, answer) => {
  expect(itemFailures(answer, BATCH)).toEqual([]);
});

test('a result reports the items that failed', () => {
  expect(itemFailures({ batchItemFailures: [{ itemIdentifier: '3' }, { itemIdentifier: '2' }] }, BATCH)).toEqual([
    '3',
    '2',
  ]);
});

test.each<[string, unknown]>([
  ['an item that was not in the batch', { batchItemFailures: [{ itemIdentifier: '4' }] }],
  ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['no identifier', { batchItemFailures: [{}] }],
  ['a value that is not a list', { batchItemFailures: 'all' }],
])('a result with %s is invalid', (_, answer) => {
  expect(itemFailures(answer, BATCH)).toBeUndefined();
});
