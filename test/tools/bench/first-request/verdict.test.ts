import { exceeded } from '../../../../tools/bench/first-request/verdict';

test('a first publish behind a gateway may take at most 1.1 times the second', () => {
  expect(exceeded({ gateway: 1.1 })).toEqual([]);
  expect(exceeded({ gateway: 1.11 })).toEqual(['gateway: first ÷ second must be at most 1.1, got 1.11']);
});

test('a run without a ratio exceeds the bound', () => {
  expect(exceeded({ gateway: Number.NaN })).toHaveLength(1);
});
