import { exceeded } from '../../../../tools/bench/first-request/verdict';

test('a first publish behind a gateway may take at most 1.1 times the second', () => {
  expect(exceeded({ client: 1, gateway: 1.1 })).toEqual([]);
  expect(exceeded({ client: 1, gateway: 1.11 })).toEqual(['gateway: first ÷ second must be at most 1.1, got 1.11']);
});

test('a first publish with the client may take at most 1.15 times the second', () => {
  expect(exceeded({ client: 1.15, gateway: 1 })).toEqual([]);
  expect(exceeded({ client: 1.16, gateway: 1 })).toEqual(['client: first ÷ second must be at most 1.15, got 1.16']);
});

test('a run without a ratio exceeds the bound', () => {
  expect(exceeded({ client: Number.NaN, gateway: Number.NaN })).toHaveLength(2);
});
