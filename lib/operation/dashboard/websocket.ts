import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IAdmission } from '../../authentication/admission';
import { WRITE_EVERY } from '../../../lambda/metrics';
import { laneMetric } from '../../metrics/lane-metric';
import type { ApiGateway } from '../../websocket-lane/api-gateway/api-gateway';
import type { WebSocketServers } from '../../websocket-lane/servers/websocket-servers';
import type { WebSocketLane } from '../../websocket-lane/websocket-lane';
import { derived, eachFunction, labeled, percentiles, refusals, throttledTable, writeUnits } from './metrics';
import type { Cells } from './row';
import { serverErrors, taskSaturation } from './tasks';

/** Seconds between two pings of a client, on average, with the default of the client library. */
const PING_SECONDS = 240;

/** Seconds between two values of a task. */
const REPORT_SECONDS = WRITE_EVERY / 1000;

/** Default quota of the handshakes a second of an account. Service Quotas: L-9ED1E49A. */
const HANDSHAKES_PER_SECOND = 500;

const CONNECTION_TABLE = 'connection table';

/** Constructs around the WebSocket lane. */
export interface WebSocketParts {
  readonly webSocketLane: WebSocketLane;
  readonly admission?: IAdmission;

  /** True if the load balancer of servers is that of the HTTP lane. */
  readonly isShared: boolean;
}

/** @returns the cells of the WebSocket lane */
export function webSocketCells(parts: WebSocketParts): Cells {
  const { apiGateway, servers } = parts.webSocketLane;
  if (apiGateway) {
    return cellsOfApi(apiGateway, parts);
  }
  return servers ? cellsOfServers(servers, parts) : cellsOfOther(parts);
}

function cellsOfApi(api: ApiGateway, parts: WebSocketParts): Cells {
  const { stage, message } = api;
  const { connectionTable, metricLane } = parts.webSocketLane;
  const count = { statistic: Stats.SAMPLE_COUNT };
  const handshakes = () => stage.metric('ConnectCount', labeled('handshakes', count));
  const frames = () => stage.metric('MessageCount', labeled('frames in both directions', count));
  const pings = () => message.function.metricInvocations(labeled('frames of clients'));
  return {
    traffic: () => ({
      left: { label: 'count', metrics: [handshakes(), frames()] },
      right: {
        label: 'connections',
        metrics: [
          derived('open connections, at most (from pings)', `FILL(pings, 0) / PERIOD(pings) * ${PING_SECONDS}`, {
            pings: pings(),
          }),
        ],
      },
    }),
    errors: () => ({
      left: {
        label: 'errors',
        metrics: [
          stage.metric('ExecutionError', labeled('API Gateway')),
          stage.metric('IntegrationError', labeled('4xx and 5xx of functions, refused tickets too')),
          ...eachFunction(api.functions, 'Errors'),
        ],
      },
    }),
    latency: () => ({
      left: { label: 'milliseconds', metrics: percentiles((options) => stage.metric('IntegrationLatency', options)) },
    }),
    saturation: () => ({
      left: {
        label: 'handshakes a second',
        metrics: [
          derived('handshakes a second', 'FILL(handshakes, 0) / PERIOD(handshakes)', { handshakes: handshakes() }),
        ],
        limits: [{ value: HANDSHAKES_PER_SECOND, label: 'default quota of the account' }],
      },
      right: { label: 'executions', metrics: eachFunction(api.functions, 'ConcurrentExecutions') },
    }),
    throttles: () => ({
      left: {
        label: 'throttled',
        metrics: [
          stage.metric('ClientError', labeled('refused by API Gateway')),
          ...eachFunction(api.functions, 'Throttles'),
          ...throttledTables(parts),
        ],
      },
    }),
    refusals: () => refusals(metricLane),
    cost: () => ({
      left: {
        label: 'billed',
        metrics: [
          frames(),
          derived('connection minutes, at most (from pings)', `FILL(pings, 0) * ${PING_SECONDS / 60}`, {
            pings: pings(),
          }),
        ],
      },
      right: writeUnits(connectionTable.table, CONNECTION_TABLE),
    }),
  };
}

function cellsOfServers(servers: WebSocketServers, parts: WebSocketParts): Cells {
  const { targetGroup, loadBalancer, delivers } = servers;
  const { connectionTable, metricLane } = parts.webSocketLane;
  const both = parts.isShared ? ', both lanes' : '';
  const open = (label: string, statistic: string) =>
    laneMetric(metricLane, 'OpenConnections', labeled(label, { statistic }));
  return {
    traffic: () => ({
      left: { label: 'handshakes', metrics: [targetGroup.metrics.requestCount(labeled('handshakes'))] },
      ...(delivers && {
        right: {
          label: 'connections',
          metrics: [
            derived('open connections', `FILL(values, 0) * ${REPORT_SECONDS} / PERIOD(values)`, {
              values: open('values', Stats.SUM),
            }),
            open('connections of the fullest task', Stats.MAXIMUM),
          ],
        },
      }),
    }),
    errors: () => ({
      left: {
        label: 'errors',
        metrics: serverErrors(servers, '5xx of the servers', both),
      },
    }),
    latency: () => ({
      title: 'WebSocket lane: latency of handshakes',
      left: { label: 'seconds', metrics: percentiles((options) => targetGroup.metrics.targetResponseTime(options)) },
    }),
    saturation: () => taskSaturation(servers),
    throttles: () => ({
      left: {
        label: 'throttled',
        metrics: [
          loadBalancer.metrics.rejectedConnectionCount(labeled(`connections to the load balancer${both}`)),
          ...throttledTables(parts),
        ],
      },
    }),
    refusals: () => (delivers ? refusals(metricLane) : 'The servers run another image, which counts no refusals.'),
    cost: () => ({
      left: { label: 'LCUs', metrics: [loadBalancer.metrics.consumedLCUs(labeled(`LCUs${both}`))] },
      right: writeUnits(connectionTable.table, CONNECTION_TABLE),
    }),
  };
}

/** The cells of an entry that is not of this package. */
function cellsOfOther(parts: WebSocketParts): Cells {
  const { connectionTable, metricLane } = parts.webSocketLane;
  const unknown = () => 'The metrics of this entry are not known.';
  return {
    ...{ traffic: unknown, errors: unknown, latency: unknown, saturation: unknown },
    throttles: () => ({
      left: {
        label: 'throttled',
        metrics: throttledTables(parts),
      },
    }),
    refusals: () => refusals(metricLane),
    cost: () => ({ left: writeUnits(connectionTable.table, CONNECTION_TABLE) }),
  };
}

/** @returns the throttled reads and writes of the tables that handshakes and frames use */
function throttledTables({ webSocketLane, admission }: WebSocketParts): IMetric[] {
  return [
    ...throttledTable(webSocketLane.connectionTable.table, CONNECTION_TABLE),
    ...throttledTable(admission?.table, 'admission table'),
  ];
}
