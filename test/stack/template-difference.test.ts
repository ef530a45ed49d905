import { templateDifference } from './template-difference';

test('the difference has one line with the path of a value that differs, also in a list', () => {
  const before = { Resources: { Table: { Type: 'T', Tags: [{ Key: 'a' }, { Key: 'b' }] } } };
  const after = { Resources: { Table: { Type: 'T', Tags: [{ Key: 'a' }, { Key: 'c' }] } } };
  expect(templateDifference(before, after)).toEqual(['Resources.Table.Tags.1.Key: "b" → "c"']);
});

test('the difference contains values of only one document completely', () => {
  const difference = templateDifference({ a: { b: 1 } }, { a: {}, c: [{ d: null }] });
  expect(difference).toEqual(['- a.b: 1', '+ c: [{"d":null}]']);
});

test('equal documents have an empty difference', () => {
  expect(templateDifference({ a: [1, { b: 'c' }], d: {} }, { d: {}, a: [1, { b: 'c' }] })).toEqual([]);
});

test('the difference contains values of different types', () => {
  expect(templateDifference({ a: {}, b: 1 }, { a: 'x', b: '1' })).toEqual(['a: {} → "x"', 'b: 1 → "1"']);
});
