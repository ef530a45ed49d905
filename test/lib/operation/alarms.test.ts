import { Stack } from 'aws-cdk-lib';
import { testApp, testStack } from '../synthesized';
import { ARRANGEMENTS, alarmsOf, idOf, watchedWebSocketLane } from './watched-lanes';

type Arrangement = keyof typeof ARRANGEMENTS;

function stackOf(arrangement: Arrangement): Stack {
  const stack = testStack();
  ARRANGEMENTS[arrangement](stack);
  return stack;
}

const HTTP = ['http-errors', 'http-latency'];
const HTTP_TASKS = ['http-hosts', 'http-saturation'];
const HTTP_FUNCTION = ['http-saturation', 'http-function-errors', 'http-function-throttles'];
const API = [
  ...['websocket-errors', 'websocket-failures', 'websocket-latency', 'websocket-throttled', 'websocket-connects'],
  ...['websocket-function-errors', 'websocket-function-throttles'],
];
const SERVERS = ['websocket-errors', 'websocket-failures', 'websocket-hosts', 'websocket-saturation'];
const DELIVERY = [
  ...['delivery-age', 'delivery-queue-age', 'delivery-expiring', 'delivery-latency', 'delivery-busy'],
  ...['delivery-errors', 'delivery-throttles', 'dead-letters'],
];
const TABLES = ['connection-table-throttles', 'log-throttles', 'admission-table-throttles'];
const WITH_API = [...HTTP, ...HTTP_TASKS, ...API, ...DELIVERY, ...TABLES, 'gaps', 'certificate'];
const WITH_SERVERS = [...HTTP, ...HTTP_TASKS, ...SERVERS, ...DELIVERY, ...TABLES, 'gaps', 'certificate'];

const without = (ids: readonly string[], ...removed: readonly string[]) => ids.filter((id) => !removed.includes(id));

/** Ids of the alarms of each arrangement. */
const IDS: Readonly<Record<Arrangement, readonly string[]>> = {
  'an API and containers': WITH_API,
  'a function with reserved concurrency': [...without(WITH_API, ...HTTP_TASKS), ...HTTP_FUNCTION],
  'servers with a load balancer': WITH_SERVERS,
  'servers at the load balancer of the HTTP lane': WITH_SERVERS,
  'servers of another image': without(WITH_SERVERS, ...DELIVERY, 'websocket-failures'),
  'a service of another image': without(WITH_API, 'gaps'),
  'more functions than the metrics of an alarm': [
    ...WITH_API,
    ...['websocket-function-errors-2', 'websocket-function-throttles-2'],
  ],
  'no authentication': without(WITH_API, 'admission-table-throttles'),
  'a certificate for each lane': [...without(WITH_API, 'certificate'), 'certificate-http', 'certificate-websocket'],
  'a gateway': [...WITH_API, 'gateway-errors', 'certificate-gateway'],
  'one load balancer as the gateway': WITH_SERVERS,
  'a canary': [...WITH_API, 'canary', 'http-canary', 'websocket-canary', 'delivery-canary'],
  'a canary of CloudWatch Synthetics': [...WITH_API, 'canary'],
  'alarms of the account': [...WITH_API, 'account-concurrency', 'account-vcpus'],
  'a WebSocket lane that stands alone': [...API, ...DELIVERY, ...TABLES],
  'an HTTP lane that stands alone, with an imported log': [
    ...[...HTTP, ...HTTP_FUNCTION],
    ...['log-throttles', 'gaps', 'certificate', 'account-concurrency'],
  ],
};

describe.each(Object.keys(ARRANGEMENTS) as Arrangement[])('with %s', (arrangement) => {
  const alarms = alarmsOf(stackOf(arrangement));

  test('the alarms are those of what exists', () => {
    expect(alarms.map(idOf).sort()).toEqual([...IDS[arrangement]].sort());
  });

  test('every metric has a statistic and a period of a minute; that of a certificate of a day, and that of a canary of a run', () => {
    for (const { AlarmName, MetricName, Period, Statistic, ExtendedStatistic, Metrics = [] } of alarms) {
      const stats = Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat] : []));
      const periods = MetricName ? [Period] : stats.map((stat) => stat.Period);
      const expected = MetricName === 'DaysToExpiry' ? 86_400 : AlarmName.endsWith('canary') ? 300 : 60;
      expect([AlarmName, ...periods]).toEqual([AlarmName, ...periods.map(() => expected)]);
      expect(periods.length).toBeGreaterThan(0);
      for (const statistic of MetricName ? [Statistic ?? ExtendedStatistic] : stats.map(({ Stat }) => Stat)) {
        expect(statistic).toMatch(/^(Sum|Average|Minimum|Maximum|SampleCount|p9\d)$/);
      }
    }
  });

  test('no alarm has more metrics than CloudWatch accepts', () => {
    for (const { Metrics = [] } of alarms) {
      expect(Metrics.filter(({ MetricStat }) => MetricStat).length).toBeLessThanOrEqual(10);
    }
  });

  test('an alarm that fills missing data fires although the last minutes are late', () => {
    const filling = alarms.filter(({ Metrics = [] }) => Metrics.some(({ Expression }) => Expression?.includes('FILL')));
    expect(filling.length).toBeGreaterThan(0);
    for (const { AlarmName, DatapointsToAlarm, EvaluationPeriods } of filling) {
      expect([AlarmName, EvaluationPeriods - DatapointsToAlarm]).toEqual([AlarmName, expect.any(Number)]);
      expect(EvaluationPeriods - DatapointsToAlarm).toBeGreaterThanOrEqual(2);
    }
  });

  test('only alarms of conditions that can last for days notify by themselves, in both directions', () => {
    const lasting = /^(canary|certificate(-\w+)?|dead-letters|delivery-expiring)$/;
    for (const alarm of alarms) {
      const { AlarmActions = [], OKActions = [], InsufficientDataActions } = alarm;
      const notifies = lasting.test(idOf(alarm)) ? [expect.anything()] : [];
      expect([idOf(alarm), AlarmActions]).toEqual([idOf(alarm), notifies]);
      expect([OKActions, InsufficientDataActions]).toEqual([AlarmActions, undefined]);
    }
  });
});

test('a stack without a Region has the same alarms, also with the longest URL of a runbook', () => {
  const stack = new Stack(testApp(), 'Test');
  watchedWebSocketLane(stack, { runbookUrl: 'https://wiki.example.com/'.padEnd(400, 'x') });
  expect(alarmsOf(stack).map(idOf).sort()).toEqual([...IDS['a WebSocket lane that stands alone']].sort());
});
