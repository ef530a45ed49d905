import { Duration } from 'aws-cdk-lib';
import { HttpCompute } from '../../../../lib/http-lane/http-compute';
import { ServersLoadBalancer } from '../../../../lib/websocket-lane/servers/servers-load-balancer';
import { WebSocketEntry } from '../../../../lib/websocket-lane/websocket-entry';
import { testStack } from '../../synthesized';
import { alarmsOf, watchedTwinlane } from '../watched-lanes';

test('a stage that always has its maximum of tasks is not saturated because of that', () => {
  const stack = testStack();
  watchedTwinlane(stack, {
    http: { compute: HttpCompute.fargate({ scaling: { minCapacity: 3, maxCapacity: 3 } }) },
  });
  const alarm = alarmsOf(stack).find(({ AlarmName }) => AlarmName.endsWith('-http-saturation'));
  expect(alarm?.Metrics?.[0]?.Expression).toBe('IF((FILL(cpu, 0) > 80), 1, 0)');
  expect(JSON.stringify(alarm?.AlarmDescription)).toContain(
    'The HTTP lane is at or near its limit: the CPU utilization exceeds 80 percent.',
  );
});

test('with a shared load balancer, requests to the servers do not count as errors of the HTTP lane', () => {
  const stack = testStack();
  watchedTwinlane(stack, {
    http: { idleTimeout: Duration.minutes(10) },
    webSocket: { entry: WebSocketEntry.servers({ loadBalancer: ServersLoadBalancer.shared() }) },
  });
  const alarm = alarmsOf(stack).find(({ AlarmName }) => AlarmName.endsWith('-http-errors'));
  const dimensions = JSON.stringify(alarm?.Metrics);
  expect(dimensions.match(/"Name":"TargetGroup"/g)).toHaveLength(2);
});
