import { leastSamplesOf, percentileOf, statisticOf } from './statistic';

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

test('the sample of a percentile is low below the number that AWS documents', () => {
  expect(percentileOf('p99')).toBe(99);
  expect(percentileOf('Average')).toBeUndefined();
  expect(leastSamplesOf(99)).toBe(1000);
  expect(leastSamplesOf(90)).toBe(100);
  expect(leastSamplesOf(10)).toBe(100);
});
