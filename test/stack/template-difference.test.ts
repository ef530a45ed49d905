import { templateDifference } from './template-difference';

test('a value that differs is one line with its path, also within a list', () => {
  const before = { Resources: { Table: { Type: 'T', Tags: [{ Key: 'a' }, { Key: 'b' }] } } };
  const after = { Resources: { Table: { Type: 'T', Tags: [{ Key: 'a' }, { Key: 'c' }] } } };
  expect(templateDifference(before, after)).toEqual(['Resources.Table.Tags.1.Key: "b" → "c"']);
});

test('what is in one document only is shown in full', () => {
  const difference = templateDifference({ a: { b: 1 } }, { a: {}, c: [{ d: null }] });
  expect(difference).toEqual(['- a.b: 1', '+ c: [{"d":null}]']);
});

test('equal documents have no difference', () => {
  expect(templateDifference({ a: [1, { b: 'c' }], d: {} }, { d: {}, a: [1, { b: 'c' }] })).toEqual([]);
});

test('values of another type differ', () => {
  expect(templateDifference({ a: {}, b: 1 }, { a: 'x', b: '1' })).toEqual(['a: {} → "x"', 'b: 1 → "1"']);
});
