import { type AlarmState, type Data, stateOf, stateOfBreaches, statesUntil } from './alarm-state';
import { type MetricAlarm, readAlarm } from './metric-alarm';
import { type Reading, READINGS } from './metric-math';

const [READING] = READINGS as [Reading];

/** @returns breaches of a row of AWS's tables, in which X breaches, 0 does not, and - is missing */
function breaches(row: string): (boolean | undefined)[] {
  return row.split(' ').map((point) => (point === '-' ? undefined : point === 'X'));
}

const RETAINED = undefined;
const INSUFFICIENT = 'INSUFFICIENT_DATA';

describe.each<[number, string, AlarmState, AlarmState | undefined, AlarmState, AlarmState]>([
  // Datapoints to alarm, data points, and the states with missing, ignore, breaching and notBreaching.
  [3, '0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  [3, '0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  [3, '- - - - -', INSUFFICIENT, RETAINED, 'ALARM', 'OK'],
  [3, '0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [3, '- - - - X', INSUFFICIENT, RETAINED, 'ALARM', 'OK'],
  [3, 'X - - - -', 'ALARM', RETAINED, 'ALARM', 'OK'],
  [2, '0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  [2, '- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  [2, '- - - - X', INSUFFICIENT, RETAINED, 'ALARM', 'OK'],
])('%s of 3 with the data points %s', (datapointsToAlarm, row, missing, ignore, breaching, notBreaching) => {
  test.each(Object.entries({ missing, ignore, breaching, notBreaching }))(
    'have the state that AWS documents if missing data is %s',
    (missingData, expected) => {
      expect(stateOfBreaches(breaches(row), { datapointsToAlarm, evaluationPeriods: 3, missingData })).toBe(expected);
    },
  );
});

const METRIC = { Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions: [{ Name: 'FunctionName', Value: 'f' }] };

const SIMPLE = {
  AlarmName: 'errors',
  AlarmDescription: 'Errors',
  ...METRIC,
  Statistic: 'Sum',
  Period: 60,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
  EvaluationPeriods: 2,
  TreatMissingData: 'notBreaching',
};

const QUERY = { MetricStat: { Metric: METRIC, Period: 60, Stat: 'Sum' }, ReturnData: false };

const EXPRESSION = {
  AlarmName: 'share',
  Metrics: [
    { Id: 'share', Expression: '100 * m1 / m2' },
    { Id: 'm1', ...QUERY },
    { Id: 'm2', ...QUERY },
  ],
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
  EvaluationPeriods: 1,
};

function data(valuesOf: (minute: number) => readonly number[]): Data {
  return { valuesOf: () => valuesOf, quotaOf: () => 1 };
}

test('an alarm is in alarm while enough of the last periods breach', () => {
  const alarm = readAlarm(SIMPLE);
  const values = data((minute) => [minute >= 3 && minute <= 4 ? 1 : 0]);
  expect(statesUntil(7, alarm, values, READING)).toEqual(['OK', 'OK', 'OK', 'OK', 'ALARM', 'OK', 'OK']);
});

test('a data point is made of all values of its period', () => {
  const alarm = readAlarm({ ...SIMPLE, Period: 120, EvaluationPeriods: 1, Threshold: 4 });
  expect(
    statesUntil(
      4,
      alarm,
      data((minute) => (minute === 2 ? [] : [3, 2])),
      READING,
    ),
  ).toEqual(['ALARM', 'ALARM']);
  expect(
    statesUntil(
      4,
      alarm,
      data((minute) => (minute === 2 ? [] : [2])),
      READING,
    ),
  ).toEqual(['OK', 'OK']);
});

test.each([
  ['GreaterThanThreshold', false, true],
  ['GreaterThanOrEqualToThreshold', true, true],
  ['LessThanThreshold', false, false],
  ['LessThanOrEqualToThreshold', true, false],
])('%s compares as its name says', (comparison, equal, greater) => {
  const alarm = readAlarm({ ...SIMPLE, ComparisonOperator: comparison, Threshold: 1 });
  expect(
    statesUntil(
      2,
      alarm,
      data(() => [1]),
      READING,
    )[1],
  ).toBe(equal ? 'ALARM' : 'OK');
  expect(
    statesUntil(
      2,
      alarm,
      data(() => [2]),
      READING,
    )[1],
  ).toBe(greater ? 'ALARM' : 'OK');
});

test('an alarm that ignores missing data keeps its state without data', () => {
  const alarm = readAlarm({ ...SIMPLE, EvaluationPeriods: 1, TreatMissingData: 'ignore' });
  const none = data(() => []);
  expect(stateOf(alarm, none, { now: 9, previous: 'ALARM' }, READING)).toBe('ALARM');
  expect(stateOf(alarm, none, { now: 9, previous: 'OK' }, READING)).toBe('OK');
});

test('an expression is evaluated over the data points of its metrics', () => {
  expect(
    statesUntil(
      1,
      readAlarm(EXPRESSION),
      data(() => [1]),
      READING,
    ),
  ).toEqual(['ALARM']);
});

const [share, m1, m2] = EXPRESSION.Metrics;

test.each<[string, unknown[]]>([
  ['compares two series', [share, { ...m1, ReturnData: true }, m2]],
  ['compares nothing', [{ ...share, ReturnData: false }, m1, m2]],
  ['uses an unknown id', [share, m1]],
  ['has two metrics of the same id', [share, m1, m2, m2]],
  ['has an id that begins with a capital letter', [share, m1, m2, { Id: 'M3', ...QUERY }]],
  ['has two periods', [share, m1, { Id: 'm2', ReturnData: false, MetricStat: { ...QUERY.MetricStat, Period: 300 } }]],
  ['has 11 metrics', [share, m1, m2, ...Array.from({ length: 9 }, (_, index) => ({ Id: `n${index}`, ...QUERY }))]],
])('an alarm that %s is refused', (_name, Metrics) => {
  expect(() => readAlarm({ ...EXPRESSION, Metrics })).toThrow('alarm share must');
});

test('an alarm that looks back for more than a day is refused', () => {
  expect(() => readAlarm({ ...SIMPLE, Period: 86_400 })).toThrow('must not look back for more than a day');
});

test('an alarm that ignores few samples is refused, because it is not evaluated so', () => {
  const alarm = { ...SIMPLE, EvaluateLowSampleCountPercentile: 'ignore' };
  expect(() => readAlarm(alarm)).toThrow('must not ignore few samples');
});

test('an alarm with an unknown statistic, comparison or treatment of missing data is refused', () => {
  const evaluated = (changes: Partial<MetricAlarm>) => () =>
    statesUntil(
      2,
      { ...readAlarm(SIMPLE), ...changes },
      data((minute) => (minute === 1 ? [1] : [])),
      READING,
    );
  expect(evaluated({ comparison: 'GreaterThan' })).toThrow('unknown comparison');
  expect(evaluated({ missingData: 'notbreaching' })).toThrow('unknown treatment of missing data');
  expect(() =>
    statesUntil(
      2,
      readAlarm({ ...SIMPLE, Statistic: 'sum' }),
      data(() => []),
      READING,
    ),
  ).toThrow('statistic');
});
