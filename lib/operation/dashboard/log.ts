import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { HttpLane } from '../../http-lane/http-lane';
import { laneMetric } from '../../metrics/lane-metric';
import type { IMessageLog } from '../../storage/message-log';
import type { Delivery } from '../../websocket-lane/delivery';
import { deliveryFunctions } from '../../websocket-lane/delivery-functions';
import type { Revocation } from '../../websocket-lane/revocation';
import type { WebSocketLane } from '../../websocket-lane/websocket-lane';
import { eachFunction, labeled, percentiles, throttledTable, writeUnits } from './metrics';
import type { Cell, Cells } from './row';

const NO_DELIVERY = 'No function of this stack delivers messages from the log.';

/** Constructs around the message log. */
export interface LogParts {
  readonly messageLog?: IMessageLog;
  readonly delivery?: Delivery;
  readonly revocation?: Revocation;
  readonly webSocketLane?: WebSocketLane;
  readonly httpLane?: HttpLane;
}

/** @returns the cells of the message log, of the delivery from it to connections, and of the revocation */
export function logCells({ messageLog, delivery, revocation, webSocketLane, httpLane }: LogParts): Cells {
  const table = messageLog?.table;
  const lane = webSocketLane?.metricLane;
  const withDelivery = (cell: (delivery: Delivery, lane: string) => Cell) => () =>
    delivery && lane !== undefined ? cell(delivery, lane) : NO_DELIVERY;
  const functions = deliveryFunctions({ delivery, revocation });
  const posts = (of: string) => laneMetric(of, 'Posts', labeled('frames posted'));
  return {
    traffic: withDelivery(({ push }, of) => ({
      left: {
        label: 'count',
        metrics: [
          ...(push ? [push.function.metricInvocations(labeled('invocations of push'))] : []),
          laneMetric(of, 'FanOut', labeled('deliveries enqueued')),
          posts(of),
        ],
      },
    })),
    errors: withDelivery(({ deadLetterQueues: { dispatch, deliver } }) => ({
      left: { label: 'errors', metrics: eachFunction(functions, 'Errors') },
      right: {
        label: 'dead letters',
        metrics: [dispatch, deliver, ...(revocation ? [revocation.deadLetterQueue] : [])].map((queue) =>
          queue.metricApproximateNumberOfMessagesVisible(
            labeled(`dead letters of ${ownerOf(queue, { dispatch, deliver })}`, { statistic: Stats.MAXIMUM }),
          ),
        ),
      },
    })),
    latency: withDelivery((_, of) => ({
      left: { label: 'milliseconds', metrics: percentiles((options) => laneMetric(of, 'PushLatency', options)) },
    })),
    saturation: withDelivery(({ dispatch, queue }) => ({
      // Without math: a stream that nothing reads has no age, and must not look like one of 0.
      left: {
        label: 'milliseconds',
        metrics: [
          dispatch.function.metric('IteratorAge', labeled('age of a stream record', { statistic: Stats.MAXIMUM })),
        ],
      },
      right: {
        label: 'seconds',
        metrics: [
          queue.metricApproximateAgeOfOldestMessage(labeled('age of a delivery', { statistic: Stats.MAXIMUM })),
        ],
      },
    })),
    throttles: () => ({
      left: {
        label: 'throttled',
        metrics: [...throttledTable(table, 'message log'), ...eachFunction(functions, 'Throttles')],
      },
    }),
    refusals: () => missed({ lane: delivery && lane, httpLane }),
    cost: () => {
      const written = table && writeUnits(table, 'message log');
      const posted = delivery && lane !== undefined && { label: 'frames', metrics: [posts(lane)] };
      const [left, right] = [written, posted].flatMap((axis) => axis || []);
      return left ? { left, ...(right && { right }) } : NO_DELIVERY;
    },
  };
}

function ownerOf(queue: unknown, { dispatch, deliver }: Delivery['deadLetterQueues']): string {
  return queue === dispatch ? 'dispatch' : queue === deliver ? 'deliver' : 'revoke';
}

/** The log refuses nobody. In its column are the messages that a client did not receive at once. */
function missed({ lane, httpLane }: { readonly lane: string | undefined; readonly httpLane?: HttpLane }): Cell {
  const gaps: IMetric[] = httpLane
    ? [laneMetric(httpLane.metricLane, 'Gaps', labeled('pages with a gap', { statistic: Stats.AVERAGE }))]
    : [];
  const share = { label: 'share', metrics: gaps };
  if (lane === undefined) {
    return httpLane ? { title: 'Message log: gaps', left: share } : NO_DELIVERY;
  }
  return {
    title: 'Message log: gone, left and gaps',
    left: {
      label: 'connections',
      metrics: [laneMetric(lane, 'Gone', labeled('gone')), laneMetric(lane, 'Left', labeled('left for later'))],
    },
    ...(httpLane && { right: share }),
  };
}
