import { percentileOf, statisticOf } from './statistic';

const VALUES = [4, 1, 3, 2];

test.each([
  ['Sum', 10],
  ['Average', 2.5],
  ['Minimum', 1],
  ['Maximum', 4],
  ['SampleCount', 4],
  ['p50', 2],
  ['p75', 3],
  ['p90', 4],
  ['p99.9', 4],
])('the statistic %s has its definition', (statistic, expected) => {
  expect(statisticOf(statistic, VALUES)).toBe(expected);
  expect(statisticOf(statistic, [])).toBeUndefined();
});

test.each(['sum', 'SUM', 'Median', 'p', 'pp99', 'p999', ''])('the statistic "%s" is refused', (statistic) => {
  expect(() => statisticOf(statistic, VALUES)).toThrow(`unknown statistic: ${statistic}`);
});

test('a percentile is recognized by its name', () => {
  expect(percentileOf('p99')).toBe(99);
  expect(percentileOf('Average')).toBeUndefined();
});
