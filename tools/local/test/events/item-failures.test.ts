import { itemFailures } from '../../events/item-failures';

const BATCH = ['1', '2', '3'];

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['an empty list', { batchItemFailures: [] }],
  ['a list that is null', { batchItemFailures: null }],
  ['something else', {}],
])('reads %s as success', (_, answer) => {
  expect(itemFailures(answer, BATCH)).toEqual([]);
});

test('reads which items failed', () => {
  expect(itemFailures({ batchItemFailures: [{ itemIdentifier: '3' }, { itemIdentifier: '2' }] }, BATCH)).toEqual([
    '3',
    '2',
  ]);
});

test.each<[string, unknown]>([
  ['an item that was not in the batch', { batchItemFailures: [{ itemIdentifier: '4' }] }],
  ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['no identifier', { batchItemFailures: [{}] }],
  ['what is no list', { batchItemFailures: 'all' }],
])('makes no sense of %s', (_, answer) => {
  expect(itemFailures(answer, BATCH)).toBeUndefined();
});
