import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { HttpLane } from '../../http-lane/http-lane';
import { laneMetric } from '../../metrics/lane-metric';
import type { IMessageLog } from '../../storage/message-log';
import type { Delivery } from '../../websocket-lane/delivery';
import { deliveryFunctions } from '../../websocket-lane/delivery-functions';
import type { Revocation } from '../../websocket-lane/revocation';
import type { WebSocketLane } from '../../websocket-lane/websocket-lane';
import { functionsPage, queuePage, queuesPage, tablePage } from '../console-pages';
import { functionAlarms } from './functions';
import type { LaneAlarm } from './lane-alarm';
import { expressionOf, GREATEST, outOf, SUM, sumOf, unlessFew } from './statistics';
import { tableThrottles } from './table-throttles';
import type { Thresholds } from './thresholds';
import type { Watched } from '../watched';

/** @returns the alarms of the message log and its delivery, and of nothing else */
export function logAlarms(watched: Watched, thresholds: Thresholds): LaneAlarm[] {
  const { messageLog, delivery, revocation, httpLane, webSocketLane } = watched;
  return [
    ...(messageLog
      ? [
          tableThrottles(
            'log-throttles',
            'DynamoDB throttles the message log: a topic gets too many messages, or a limit of the account is reached.',
            messageLog.table,
          ),
        ]
      : []),
    ...(delivery ? deliveryAlarms(delivery, thresholds) : []),
    ...(delivery && webSocketLane ? pushAlarms(webSocketLane, delivery, thresholds) : []),
    ...functionAlarms(
      {
        prefix: 'delivery',
        subject: 'the functions that deliver messages and close connections',
        functions: deliveryFunctions(watched),
      },
      thresholds,
    ),
    ...deadLetterAlarms(delivery, revocation),
    // Only the service of this repository publishes the metric.
    ...(httpLane?.compute.publishesMetrics && messageLog ? [gapAlarm(httpLane, messageLog, thresholds)] : []),
  ];
}

function deliveryAlarms({ dispatch, queue }: Delivery, { deliveryAge, expiringAge }: Thresholds): LaneAlarm[] {
  const iteratorAge = dispatch.function.metric('IteratorAge', GREATEST);
  return [
    {
      id: 'delivery-age',
      problem: `Messages wait for longer than ${deliveryAge.toSeconds({ integral: false })} s in the stream of the message log.`,
      metric: iteratorAge,
      threshold: deliveryAge.toMilliseconds(),
      // There is no value in a minute without an invocation.
      ...outOf(3, 7),
      console: functionsPage([dispatch]),
    },
    {
      id: 'delivery-queue-age',
      problem: `Messages wait for longer than ${deliveryAge.toSeconds({ integral: false })} s in the delivery queue.`,
      metric: queue.metricApproximateAgeOfOldestMessage(GREATEST),
      threshold: deliveryAge.toSeconds({ integral: false }),
      ...outOf(5, 5),
      console: queuePage(queue),
    },
    {
      id: 'delivery-expiring',
      notifiesItself: true,
      problem: `Messages wait for longer than ${expiringAge.toHours({ integral: false })} h in the stream of the message log, which removes them after 24 h.`,
      metric: iteratorAge,
      threshold: expiringAge.toMilliseconds(),
      // It does not end in a minute without an invocation, which has no value.
      ...outOf(1, 5),
      console: functionsPage([dispatch]),
    },
  ];
}

/** @returns alarms on the metrics of the functions that post to connections */
function pushAlarms({ metricLane }: WebSocketLane, { deliver }: Delivery, thresholds: Thresholds): LaneAlarm[] {
  const { pushLatency, busyPercent, leastRequests } = thresholds;
  const all = '(FILL(left, 0) + FILL(posts, 0))';
  return [
    {
      id: 'delivery-latency',
      problem: `One of 10 messages reaches its subscribers after more than ${pushLatency.toMilliseconds()} ms.`,
      metric: unlessFew(laneMetric(metricLane, 'PushLatency'), Stats.p(90), thresholds, '90th percentile (ms)'),
      threshold: pushLatency.toMilliseconds(),
      ...outOf(5, 7),
      console: functionsPage([deliver]),
    },
    {
      id: 'delivery-busy',
      problem: `More than ${busyPercent} percent of the posts to connections must be repeated: API Gateway refuses them, or servers are slow.`,
      metric: expressionOf(
        `IF(${all} > ${leastRequests}, 100 * FILL(left, 0) / ${all}, 0)`,
        { left: laneMetric(metricLane, 'Left', SUM), posts: laneMetric(metricLane, 'Posts', SUM) },
        'Posts that must be repeated (percent)',
      ),
      threshold: busyPercent,
      ...outOf(5, 7),
      console: functionsPage([deliver]),
    },
  ];
}

function deadLetterAlarms(delivery: Delivery | undefined, revocation: Revocation | undefined): LaneAlarm[] {
  const queues = [
    delivery?.deadLetterQueues.dispatch,
    delivery?.deadLetterQueues.deliver,
    revocation?.deadLetterQueue,
  ].filter((queue) => queue !== undefined);
  const [first] = queues;
  return first
    ? [
        {
          id: 'dead-letters',
          notifiesItself: true,
          problem: 'Deliveries or revocations failed all attempts, and are in a dead-letter queue.',
          metric: sumOf(
            queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible(GREATEST)),
            'Entries of dead-letter queues',
          ),
          threshold: 0,
          ...outOf(1, 3),
          console: queuesPage(first),
        },
      ]
    : [];
}

function gapAlarm({ metricLane }: HttpLane, { table }: IMessageLog, thresholds: Thresholds): LaneAlarm {
  return {
    id: 'gaps',
    problem: 'Clients lose messages: their position is older than the history of the message log.',
    metric: unlessFew(laneMetric(metricLane, 'Gaps'), Stats.AVERAGE, thresholds, 'Pages with a gap (share)'),
    threshold: thresholds.gapShare,
    ...outOf(3, 5),
    console: tablePage(table),
  };
}
