import { type AlarmInTemplate, alarmsIn } from './alarms-in-template';
import { caseOf, kindOf } from './cases';
import { problemsOf } from './check-case';
import { factsOf } from './facts';
import type { Metric, MetricAlarm } from './metric-alarm';
import { OPERATED_STACKS, resourcesOf } from './operated-stacks';
import { publishedBy } from './published';
import { percentileOf } from './statistic';

jest.mock('../../../lib/operation/alarms/thresholds', () => jest.requireActual('./default-thresholds'));

const API = 'the stage prod';
const SERVERS = 'the stage servers';

/** @returns the problems that the cases find in the alarms of a kind after a change of each */
function problemsAfter(stack: string, kind: string, sabotage: (alarm: MetricAlarm) => MetricAlarm): readonly string[] {
  const resources = resourcesOf(stack);
  const facts = factsOf(resources);
  const alarms = alarmsIn(resources).filter(({ id }) => kindOf(id) === kind);
  expect(alarms).not.toEqual([]);
  const changed = alarms.map(({ alarm }) => sabotage(alarm));
  return problemsOf(changed, caseOf(kind, facts), { facts, published: publishedBy(resources) });
}

/** @returns an alarm with the changes of each of its inputs */
function withInputs(
  alarm: MetricAlarm,
  change: (input: Input) => Partial<Metric> & { statistic?: string },
): MetricAlarm {
  return {
    ...alarm,
    inputs: new Map(
      [...alarm.inputs].map(([id, input]) => {
        const { statistic = input.statistic, ...metric } = change(input);
        return [id, { statistic, metric: { ...input.metric, ...metric } }];
      }),
    ),
  };
}

type Input = MetricAlarm['inputs'] extends ReadonlyMap<string, infer Value> ? Value : never;

function withStatistic(statistic: string) {
  return (alarm: MetricAlarm) => withInputs(alarm, () => ({ statistic }));
}

function withPercentile(statistic: string) {
  return (alarm: MetricAlarm) =>
    withInputs(alarm, (input) => (percentileOf(input.statistic) === undefined ? {} : { statistic }));
}

function withExpression(expression: string) {
  return (alarm: MetricAlarm) => ({ ...alarm, expressions: new Map([[alarm.compared, expression]]) });
}

/** The first metric of an expression, compared by itself. */
function withoutExpression(alarm: MetricAlarm): MetricAlarm {
  const [[id, input] = ['', undefined]] = alarm.inputs;
  return input ? { ...alarm, expressions: new Map(), inputs: new Map([[id, input]]), compared: id } : alarm;
}

/** Alarms of all kinds, each from the first stack that has it. */
function everyKind(): [string, string][] {
  const kinds = new Map<string, string>();
  for (const stack of Object.keys(OPERATED_STACKS)) {
    const idOf = ({ id }: AlarmInTemplate) => kindOf(id);
    alarmsIn(resourcesOf(stack))
      .map(idOf)
      .forEach((kind) => kinds.set(kind, kinds.get(kind) ?? stack));
  }
  return [...kinds];
}

const REVERSED: Readonly<Record<string, string>> = {
  GreaterThanThreshold: 'LessThanOrEqualToThreshold',
  GreaterThanOrEqualToThreshold: 'LessThanThreshold',
  LessThanThreshold: 'GreaterThanOrEqualToThreshold',
  LessThanOrEqualToThreshold: 'GreaterThanThreshold',
};

test('the cases detect an alarm of any kind whose threshold nothing reaches', () => {
  const undetected = everyKind().filter(([kind, stack]) => {
    const unreachable = (alarm: MetricAlarm) => ({
      ...alarm,
      threshold: alarm.comparison.startsWith('Greater') ? Math.max(1000 * alarm.threshold, 1e9) : -1,
    });
    return problemsAfter(stack, kind, unreachable).length === 0;
  });
  expect(undetected).toEqual([]);
});

test('the cases detect an alarm of any kind that compares the wrong way', () => {
  const undetected = everyKind().filter(
    ([kind, stack]) =>
      problemsAfter(stack, kind, (alarm) => ({ ...alarm, comparison: REVERSED[alarm.comparison] ?? '' })).length === 0,
  );
  expect(undetected).toEqual([]);
});

/** A metric with another name, one dimension too many, or one too few. */
const OTHER_METRICS: Readonly<Record<string, (metric: Metric) => Partial<Metric>>> = {
  'another name': ({ name }) => ({ name: `${name}s` }),
  'another namespace': ({ namespace }) => ({ namespace: namespace.toLowerCase() }),
  'one more dimension': ({ dimensions }) => ({ dimensions: { ...dimensions, Other: 'x' } }),
  'other values of dimensions': ({ dimensions }) => ({
    dimensions: Object.fromEntries(
      Object.entries({ Other: '', ...dimensions }).map(([name, value]) => [name, `${value}2`]),
    ),
  }),
};

test.each(Object.entries(OTHER_METRICS))(
  'the cases detect an alarm of any kind on a metric with %s',
  (_name, change) => {
    for (const [kind, stack] of everyKind()) {
      const sabotage = (alarm: MetricAlarm) => withInputs(alarm, ({ metric }) => change(metric));
      expect(() => problemsAfter(stack, kind, sabotage)).toThrow('nothing publishes the metric');
    }
  },
);

const LOOSE_SHARE = 'IF(FILL(requests, 0) > 50, 100 * (FILL(unanswered, 0) + FILL(failed, 0)) / requests, 0)';
const MANY_REQUESTS =
  'IF(FILL(requests, 0) + FILL(unanswered, 0) > 50, 100 * (FILL(unanswered, 0) + FILL(failed, 0)) / (FILL(requests, 0) + FILL(unanswered, 0)), 0)';
const ANY_REQUESTS = '100 * (FILL(unanswered, 0) + FILL(failed, 0)) / (FILL(requests, 0) + FILL(unanswered, 0))';

test.each<[string, string, string, (alarm: MetricAlarm) => MetricAlarm]>([
  ['an average of hosts', SERVERS, 'http-hosts', withStatistic('Average')],
  ['missing hosts that do not breach', SERVERS, 'http-hosts', (alarm) => ({ ...alarm, missingData: 'notBreaching' })],
  ['missing hosts that change nothing', SERVERS, 'websocket-hosts', (alarm) => ({ ...alarm, missingData: 'ignore' })],
  ['requests with a target as all requests', API, 'http-errors', withExpression(LOOSE_SHARE)],
  ['a share of any number of requests', API, 'http-errors', withExpression(ANY_REQUESTS)],
  ['a share of many requests only', API, 'http-errors', withExpression(MANY_REQUESTS)],
  ['errors of targets only', API, 'http-errors', withExpression('100 * FILL(failed, 0) / requests')],
  [
    'operands that are not filled',
    API,
    'http-errors',
    withExpression('IF(requests > 50, 100 * (unanswered + failed) / (requests + unanswered), 0)'),
  ],
  ['the number of data points instead of their sum', API, 'http-errors', withStatistic('SampleCount')],
  ['a share as a sum', API, 'websocket-errors', withStatistic('Sum')],
  ['the median', API, 'http-latency', withPercentile('p50')],
  ['the slowest request', API, 'http-latency', withPercentile('Maximum')],
  ['a percentile of few samples', API, 'websocket-latency', withExpression('FILL(value, 0)')],
  ['a share of a few frames', API, 'websocket-throttled', withExpression('FILL(value, 0)')],
  ['a share of a few pages', API, 'gaps', withExpression('FILL(value, 0)')],
  ['refusals for one reason of two', API, 'websocket-failures', withoutExpression],
  ['the number of posts that must be repeated', API, 'delivery-busy', withExpression('FILL(left, 0)')],
  [
    'an age of each of the last minutes',
    API,
    'delivery-age',
    (alarm) => ({ ...alarm, datapointsToAlarm: 5, evaluationPeriods: 5 }),
  ],
  [
    'an age of the last minute',
    API,
    'delivery-expiring',
    (alarm) => ({ ...alarm, datapointsToAlarm: 1, evaluationPeriods: 1 }),
  ],
  ['the average age', API, 'delivery-age', withStatistic('Average')],
  ['one function of several', API, 'delivery-errors', withoutExpression],
  ['one dead-letter queue of several', API, 'dead-letters', withoutExpression],
  ['throttled reads only', API, 'log-throttles', withExpression('FILL(m1, 0)')],
  ['throttles that are not filled', API, 'log-throttles', withExpression('SUM([m1, m2])')],
  [
    'a sum of which each filled period must breach',
    API,
    'delivery-throttles',
    (alarm) => ({ ...alarm, evaluationPeriods: alarm.datapointsToAlarm }),
  ],
  ['the CPU utilization only', API, 'http-saturation', withExpression('IF(FILL(cpu, 0) > 80, 1, 0)')],
  [
    'hosts and CPU utilization together',
    API,
    'http-saturation',
    withExpression('IF(FILL(hosts, 0) >= 10 AND FILL(cpu, 0) > 80, 1, 0)'),
  ],
  ['the average of handshakes', API, 'websocket-connects', withStatistic('Average')],
  ['missing days that breach', API, 'certificate', (alarm) => ({ ...alarm, missingData: 'breaching' })],
  ['missing days that do not breach', API, 'certificate', (alarm) => ({ ...alarm, missingData: 'notBreaching' })],
])('the cases detect %s', (_name, stack, kind, sabotage) => {
  expect(problemsAfter(stack, kind, (alarm) => alarm)).toEqual([]);
  expect(problemsAfter(stack, kind, sabotage)).not.toEqual([]);
});
