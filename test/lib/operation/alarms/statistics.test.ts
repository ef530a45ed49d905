import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { sumOf, unlessFew } from '../../../../lib/operation/alarms/statistics';
import { DEFAULT_THRESHOLDS } from '../../../../lib/operation/alarms/thresholds';

const metric = (metricName: string) => new Metric({ namespace: 'Example', metricName });

test.each(['p99', 'Average'])(
  'the statistic %s is 0 in a minute with no more values than the least number',
  (statistic) => {
    const { expression, usingMetrics, period } = unlessFew(
      metric('Latency'),
      statistic,
      { ...DEFAULT_THRESHOLDS, leastRequests: 20 },
      'Latency',
    );
    expect(expression).toBe('IF(FILL(samples, 0) > 20, value, 0)');
    expect(usingMetrics).toMatchObject({ samples: { statistic: 'SampleCount' }, value: { statistic } });
    expect(period.toSeconds()).toBe(60);
  },
);

test('a metric without a value is 0 in a sum', () => {
  expect(sumOf([metric('One'), metric('Other')], 'Sum').expression).toBe('FILL(m1, 0) + FILL(m2, 0)');
});
