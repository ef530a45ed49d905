import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { refusalMetric } from '../../metrics/lane-metric';
import type { ApiGateway } from '../../websocket-lane/api-gateway/api-gateway';
import type { WebSocketServers } from '../../websocket-lane/servers/websocket-servers';
import { apiPage, functionsPage, loadBalancerPage, servicePage } from '../console-pages';
import { errorPercent, requestsOf, unansweredBy } from './error-percent';
import { functionAlarms } from './functions';
import type { LaneAlarm } from './lane-alarm';
import { AVERAGE, GREATEST, outOf, perMinute, SUM, sumOf, unlessFew } from './statistics';
import { tableThrottles } from './table-throttles';
import { taskAlarms } from './tasks';
import type { Thresholds } from './thresholds';
import type { Watched } from '../watched';

/** @returns the alarms of the WebSocket lane, and of nothing else */
export function webSocketAlarms({ webSocketLane }: Watched, thresholds: Thresholds): LaneAlarm[] {
  if (!webSocketLane) {
    return [];
  }
  const { apiGateway, servers, entry, connectionTable, metricLane } = webSocketLane;
  return [
    ...(apiGateway ? apiAlarms(apiGateway, thresholds) : []),
    ...(servers ? serverAlarms(servers, thresholds) : []),
    // Only the code of this repository publishes the metric.
    ...(apiGateway ? [failureAlarm(metricLane, functionsPage(apiGateway.functions), thresholds)] : []),
    ...(servers?.delivers ? [failureAlarm(metricLane, servicePage(servers.service), thresholds)] : []),
    ...functionAlarms(
      { prefix: 'websocket-function', subject: 'the functions of the WebSocket lane', functions: entry.functions },
      thresholds,
    ),
    tableThrottles('connection-table-throttles', 'DynamoDB throttles the connection table.', connectionTable.table),
  ];
}

/** The code answers its own failures, so neither Lambda nor the load balancer counts an error. */
function failureAlarm(lane: string, console: string, { failures }: Thresholds): LaneAlarm {
  return {
    id: 'websocket-failures',
    problem: `The WebSocket lane answers more than ${failures} handshakes and frames a minute with unavailable or an internal error.`,
    metric: sumOf([refusalMetric(lane, 'unavailable', SUM), refusalMetric(lane, 'internal', SUM)], 'Failures'),
    threshold: failures,
    ...outOf(3, 5),
    console,
  };
}

function apiAlarms({ api, stage }: ApiGateway, thresholds: Thresholds): LaneAlarm[] {
  const console = apiPage(api);
  return [
    {
      id: 'websocket-errors',
      problem: 'API Gateway cannot pass handshakes and frames to the functions of the WebSocket lane.',
      metric: stage.metric('ExecutionError', AVERAGE),
      threshold: thresholds.executionErrorShare,
      ...outOf(3, 3),
      console,
    },
    {
      id: 'websocket-latency',
      problem: `One of 10 handshakes and frames is answered after more than ${thresholds.integrationLatency.toMilliseconds()} ms.`,
      metric: unlessFew(stage.metric('IntegrationLatency'), Stats.p(90), thresholds, '90th percentile (ms)'),
      threshold: thresholds.integrationLatency.toMilliseconds(),
      ...outOf(5, 7),
      console,
    },
    {
      id: 'websocket-throttled',
      problem:
        'API Gateway refuses handshakes and frames: the throttle of the stage is reached, or clients make mistakes.',
      // Anyone on the internet can cause some of these. In a quiet hour, they would be a large share.
      metric: unlessFew(stage.metric('ClientError'), Stats.AVERAGE, thresholds, 'Refused (share)'),
      threshold: thresholds.clientErrorShare,
      ...outOf(5, 7),
      console,
    },
    {
      id: 'websocket-connects',
      problem: `More than ${thresholds.connectsPerSecond} handshakes a second reach the WebSocket lane. A quota of the account limits them.`,
      // AWS documents SampleCount as the number. A quota is a rate, so the threshold is, too.
      metric: stage.metric('ConnectCount', perMinute(Stats.SAMPLE_COUNT)),
      threshold: thresholds.connectsPerSecond * 60,
      ...outOf(3, 5),
      console,
    },
  ];
}

function serverAlarms(servers: WebSocketServers, thresholds: Thresholds): LaneAlarm[] {
  const { loadBalancer, targetGroup, service, scaling, connectionsPerTask, delivers } = servers;
  const ownsLoadBalancer = loadBalancer.node.scopes.includes(servers);
  return [
    {
      id: 'websocket-errors',
      problem: `More than ${thresholds.errorPercent} percent of the handshakes of the WebSocket lane fail with 5xx.`,
      metric: errorPercent(
        ownsLoadBalancer
          ? { ...requestsOf(loadBalancer), unanswered: unansweredBy(loadBalancer) }
          : requestsOf(targetGroup),
        thresholds,
      ),
      threshold: thresholds.errorPercent,
      ...outOf(3, 5),
      console: loadBalancerPage(loadBalancer),
    },
    ...taskAlarms(
      {
        ...{ prefix: 'websocket', lane: 'WebSocket lane', service, targetGroup, scaling },
        // Only the server of this repository publishes the metric.
        ...(delivers && {
          openConnections: {
            metric: servers.metricOpenConnections(GREATEST),
            many: (connectionsPerTask * thresholds.connectionsPercent) / 100,
          },
        }),
      },
      thresholds,
    ),
  ];
}
