import { Duration } from 'aws-cdk-lib';
import { RoutingAlgorithm } from '../../../lib/load-balancer/routing-algorithm';
import { exampleFargate, httpLane } from '../lanes';
import { attributesOf, synthesisError, templateOf } from '../synthesized';

function attributesWith(routingAlgorithm: RoutingAlgorithm): Record<string, unknown> {
  return attributesOf(
    templateOf((stack) => {
      httpLane(stack, { compute: exampleFargate({ routingAlgorithm }) });
    }),
    'TargetGroup',
  );
}

test('least outstanding requests has no slow start', () => {
  const attributes = attributesWith(RoutingAlgorithm.leastOutstandingRequests());
  expect(attributes).toMatchObject({ 'load_balancing.algorithm.type': 'least_outstanding_requests' });
  expect(attributes).not.toHaveProperty(['slow_start.duration_seconds']);
});

test('round robin has a slow start only if its duration is given', () => {
  const attributes = attributesWith(RoutingAlgorithm.roundRobin());
  expect(attributes).toMatchObject({ 'load_balancing.algorithm.type': 'round_robin' });
  expect(attributes).not.toHaveProperty(['slow_start.duration_seconds']);
  expect(attributesWith(RoutingAlgorithm.roundRobin(Duration.minutes(2)))).toMatchObject({
    'load_balancing.algorithm.type': 'round_robin',
    'slow_start.duration_seconds': '120',
  });
});

test.each([30, 900])('a slow start of %p s is accepted', (seconds) => {
  expect(attributesWith(RoutingAlgorithm.roundRobin(Duration.seconds(seconds)))).toMatchObject({
    'slow_start.duration_seconds': `${seconds}`,
  });
});

test.each([0, 29, 901])('a slow start of %p s is reported together with other problems', (seconds) => {
  const routingAlgorithm = RoutingAlgorithm.roundRobin(Duration.seconds(seconds));
  const compute = exampleFargate({ routingAlgorithm, user: 'root' });
  expect(
    synthesisError((stack) => httpLane(stack, { compute }))
      .split('\n')
      .slice(1),
  ).toEqual([
    `  [Test/HttpLane] slowStart must be 30 to 900 s, got ${seconds} s. Fix: use a duration in this range, or remove it`,
    expect.stringContaining('user must not be root'),
  ]);
});
