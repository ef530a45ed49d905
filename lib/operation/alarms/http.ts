import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { HttpLane } from '../../http-lane/http-lane';
import { functionsPage, loadBalancerPage } from '../console-pages';
import { errorPercent, requestsOf, unansweredBy } from './error-percent';
import { functionAlarms } from './functions';
import type { LaneAlarm } from './lane-alarm';
import { GREATEST, outOf, unlessFew } from './statistics';
import { taskAlarms } from './tasks';
import type { Thresholds } from './thresholds';
import type { Watched } from '../watched';

/** @returns the alarms of the HTTP lane, and of nothing else */
export function httpAlarms({ httpLane, webSocketLane }: Watched, thresholds: Thresholds): LaneAlarm[] {
  if (!httpLane) {
    return [];
  }
  const { loadBalancer, compute } = httpLane;
  // Servers of the WebSocket lane can have their targets at the same load balancer.
  const targets = webSocketLane?.entry.loadBalancer === loadBalancer ? compute.targetGroup : loadBalancer;
  return [
    {
      id: 'http-errors',
      problem: `More than ${thresholds.errorPercent} percent of the requests to the HTTP lane fail with 5xx.`,
      metric: errorPercent({ ...requestsOf(targets), unanswered: unansweredBy(loadBalancer) }, thresholds),
      threshold: thresholds.errorPercent,
      ...outOf(3, 5),
      console: loadBalancerPage(loadBalancer),
    },
    {
      id: 'http-latency',
      problem: `One of 100 requests to the HTTP lane takes longer than ${thresholds.httpLatency.toMilliseconds()} ms.`,
      metric: unlessFew(targets.metrics.targetResponseTime(), Stats.p(99), thresholds, '99th percentile (s)'),
      threshold: thresholds.httpLatency.toSeconds({ integral: false }),
      ...outOf(5, 7),
      console: loadBalancerPage(loadBalancer),
    },
    ...computeAlarms(httpLane, thresholds),
  ];
}

function computeAlarms({ compute }: HttpLane, thresholds: Thresholds): LaneAlarm[] {
  const { service, targetGroup, scaling, function: fn } = compute;
  return [
    ...(service && scaling
      ? taskAlarms({ prefix: 'http', lane: 'HTTP lane', service, targetGroup, scaling }, thresholds)
      : []),
    ...(fn?.reservedConcurrency === undefined
      ? []
      : [
          {
            id: 'http-saturation',
            problem: `The function of the HTTP lane uses more than ${thresholds.concurrencyPercent} percent of its reserved concurrency of ${fn.reservedConcurrency}.`,
            metric: fn.function.metric('ConcurrentExecutions', GREATEST),
            threshold: (fn.reservedConcurrency * thresholds.concurrencyPercent) / 100,
            ...outOf(10, 15),
            console: functionsPage([fn]),
          },
        ]),
    ...functionAlarms(
      { prefix: 'http-function', subject: 'the function of the HTTP lane', functions: fn ? [fn] : [] },
      thresholds,
    ),
  ];
}
