import { evaluate, type Reading, READINGS, type Series } from './metric-math';

const _ = undefined;
const [DOCUMENTED, FILLED, DROPPED] = READINGS as [Reading, Reading, Reading];

function result(expression: string, series: Readonly<Record<string, Series>> = {}, reading = DOCUMENTED): Series {
  const seriesOf = (id: string) => {
    const found = series[id];
    if (!found) {
      throw new Error(`no series ${id}`);
    }
    return found;
  };
  return evaluate(expression, { seriesOf, quotaOf: () => 4000 }, reading);
}

test('arithmetic follows the usual precedence', () => {
  expect(result('m * 2 + 6 / 2 - (1 + 1) ^ 3', { m: [1, 10] })).toEqual([-3, 15]);
  expect(result('-m + 1', { m: [1] })).toEqual([0]);
  expect(result('10 - m - 1', { m: [2] })).toEqual([7]);
});

test('a division by zero yields no data point', () => {
  expect(result('100 * a / b', { a: [1, 1], b: [0, 4] })).toEqual([_, 25]);
});

test('a missing operand is 0 in a period in which the other one exists', () => {
  expect(result('a - b', { a: [5, _, _], b: [_, 3, _] })).toEqual([5, -3, _]);
  expect(result('a - b', { a: [5, _, _], b: [_, 3, _] }, DROPPED)).toEqual([_, _, _]);
  expect(result('a + 1', { a: [_, 3] })).toEqual([_, 4]);
});

test('the examples of comparisons in the documentation have the documented results', () => {
  const series = { metric1: [30, 20, 0, 0], metric2: [20, _, 20, _] };
  expect(result('metric1 < metric2', series)).toEqual([0, 0, 1, 0]);
  expect(result('metric1 >= 30', series)).toEqual([1, 0, 0, 0]);
  expect(result('metric1 > 15 AND metric2 > 15', series)).toEqual([1, 0, 0, 0]);
  expect(result('metric1 > 15 && metric2 > 15', series)).toEqual([1, 0, 0, 0]);
});

test('OR has a lower precedence than AND, and both have a lower one than comparisons', () => {
  expect(result('a == 1 OR a == 2 AND b > 0', { a: [1, 2, 2, 3], b: [0, 0, 1, 1] })).toEqual([1, 0, 1, 0]);
  expect(result('a != 1 || a <= 1', { a: [1, 2] })).toEqual([1, 1]);
});

test.each([
  ['IF(m1, m2, m3)', [30, 0, 20, _, _]],
  ['IF(m1, 5, m3)', [5, 5, 20, _, _]],
  ['IF(m1, m2, 5)', [30, 0, 5, 5, _]],
  ['IF(m1, m2)', [30, 0, _, _, _]],
])('the example %s in the documentation has the documented result', (expression, expected) => {
  const series = { m1: [1, 1, 0, 0, _], m2: [30, _, 0, 0, 30], m3: [0, 0, 20, _, 20] };
  expect(result(expression, series)).toEqual(expected);
});

test('FILL replaces missing data points, except in a series that has none at all', () => {
  expect(result('FILL(m, 0)', { m: [_, 2, _] })).toEqual([0, 2, 0]);
  expect(result('FILL(m, n)', { m: [_, 2], n: [7, 8] })).toEqual([7, 2]);
  expect(result('FILL(m, 0)', { m: [_, _] })).toEqual([_, _]);
  expect(result('FILL(m, 0)', { m: [_, _] }, FILLED)).toEqual([0, 0]);
});

test('SUM, MAX and MIN combine the data points of several series in a period', () => {
  const series = { a: [1, _, _], b: [5, 2, _] };
  expect(result('SUM([a, b])', series)).toEqual([6, 2, _]);
  expect(result('MAX([a, b])', series)).toEqual([5, 2, _]);
  expect(result('MIN([a, b])', series)).toEqual([1, 2, _]);
});

test('SERVICE_QUOTA has a data point where the usage has one', () => {
  expect(result('100 * m / SERVICE_QUOTA(m)', { m: [1000, _] })).toEqual([25, _]);
});

test.each([
  '1 + 1',
  '[m, m]',
  'SUM(m)',
  'MAX(m)',
  'SUM([m, 1])',
  'AVG([m, m])',
  'FILL(m, REPEAT)',
  'FILL(m)',
  'sum([m])',
  'IF(1, m, m)',
  'IF(m, m, m, m)',
  'SERVICE_QUOTA(m + 1)',
  'm +',
  '(m',
  'm m',
  'm $ 2',
  'OR m',
  'other',
  '',
])('the expression "%s" is refused', (expression) => {
  expect(() => result(expression, { m: [1] })).toThrow();
});
