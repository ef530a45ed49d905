import { WRITE_EVERY } from '../../lambda/metrics';
import { DAYS_OF_MONTH, GIGABYTE, priceOf, SECONDS_OF_MONTH } from '../prices/price';
import { Billed } from '../scale/bill-facts';
import { framesOfClients, renewalsPerSecond } from '../scale/clients';
import { httpRequestsPerSecond } from '../scale/http-requests';
import { tasksOf } from '../scale/tasks';
import { tracesPerSecond } from '../scale/tracing';
import { type Charge, charges } from './charge';
import type { CostLoad } from './cost-load';
import { invocationsOf } from './invocations';
import { metricsOfCode } from './metrics-of-code';
import type { FunctionName, Stage, StageService } from './stage';

/** Charges of alarms, metrics, logs and traces. */
export function observabilityCharges(stage: Stage, load: CostLoad): Charge[] {
  const metric = priceOf('CloudWatch', 'custom metric');
  const { standard, enhanced } = stage.clustersWithInsights;
  return [
    ...charges('observability', false, [
      ['metrics of alarms', priceOf('CloudWatch', 'alarm, standard resolution'), stage.alarmMetrics],
      ['metrics of alarms below a minute', priceOf('CloudWatch', 'alarm, high resolution'), stage.fastAlarmMetrics],
      [
        'alarms of scaling',
        priceOf('CloudWatch', 'alarm, standard resolution'),
        stage.scalingPolicies.standard * Billed.scalingAlarms.value,
      ],
      [
        'alarms of scaling below a minute',
        priceOf('CloudWatch', 'alarm, high resolution'),
        stage.scalingPolicies.fast * Billed.scalingAlarms.value,
      ],
      ['composite alarms', priceOf('CloudWatch', 'composite alarm'), stage.compositeAlarms],
      ['dashboards', priceOf('CloudWatch', 'dashboard'), stage.dashboards],
      ['metrics of the code', metric, metricsOfCode(stage)],
      ['metrics of routes', metric, stage.routesWithMetrics * Billed.stageMetrics.value],
      ['metrics of event sources', metric, stage.mappingsWithMetrics * Billed.mappingMetrics.value],
      [
        'Container Insights',
        priceOf('CloudWatch', 'Container Insights (standard), ECS'),
        standard * Billed.insightsMetrics.value,
      ],
      [
        'Container Insights, enhanced',
        priceOf('CloudWatch', 'Container Insights with enhanced observability'),
        enhanced * Billed.insightsMetrics.value,
      ],
      ['files of load balancer logs', priceOf('S3', 'PUT, LIST'), balancerLogFiles(stage)],
    ]),
    ...logLines(stage, load),
    ...traces(stage, load),
  ];
}

function balancerLogFiles({ balancersWithLogs, zones }: Stage): number {
  return (balancersWithLogs * zones * SECONDS_OF_MONTH) / Billed.balancerLogSeconds.value;
}

function logLines(stage: Stage, load: CostLoad): Charge[] {
  const ingestion = priceOf('CloudWatch Logs', 'ingestion, standard class');
  const requests = httpRequestsPerSecond(load, load.httpRequestsPerSecond);
  const sources: readonly (readonly [what: string, bytesPerSecond: number])[] = [
    ['logs of functions', bytesOfFunctions(stage, load)],
    ['access log of the API', stage.entry === 'apiGateway' && stage.writesAccessLog ? bytesOfAccessLog(load) : 0],
    ['logs of HTTP tasks', stage.httpService ? requests * Billed.lineBytes.value : 0],
    ['metrics in logs of WebSocket tasks', bytesOfTaskMetrics(stage, load)],
    ['flow logs', stage.flowLogs > 0 ? bytesOfFlowLog(stage, load) : 0],
    ['events of Container Insights', bytesOfInsights(stage, load)],
  ];
  const gigabytes = sources.map(([what, bytes]) => [what, (SECONDS_OF_MONTH * bytes) / GIGABYTE] as const);
  const ingested = gigabytes.reduce((sum, [, each]) => sum + each, 0);
  const balancerLog = stage.balancersWithLogs > 0 ? requests * Billed.balancerLogBytes.value : 0;
  return charges('observability', true, [
    ...gigabytes.map(([what, quantity]) => [what, ingestion, quantity] as const),
    [
      'storage of logs',
      priceOf('CloudWatch Logs', 'storage, after compression'),
      ingested * Billed.logCompression.value * (stage.logDays / DAYS_OF_MONTH),
    ],
    [
      'storage of load balancer logs',
      priceOf('S3', 'standard storage'),
      (balancerLog * stage.logDays * 24 * 3600) / GIGABYTE,
    ],
  ]);
}

/** Functions whose code writes a line for each invocation. */
const WRITING_LINES: readonly string[] = ['Push', 'Deliver', 'Service'] satisfies FunctionName[];

/** Functions that write metrics at each invocation. The others write them only after a refusal. */
const WRITING_METRICS: readonly string[] = ['Push', 'Deliver', 'Dispatch'] satisfies FunctionName[];

function bytesOfFunctions(stage: Stage, load: CostLoad): number {
  return Object.entries(invocationsOf(stage, load)).reduce((sum, [name, { invocations }]) => {
    const fn = stage.functions[name as FunctionName];
    const line = WRITING_LINES.includes(name) ? Billed.lineBytes.value : 0;
    const metrics = fn?.writesMetrics && WRITING_METRICS.includes(name) ? Billed.metricsLineBytes.value : 0;
    return sum + invocations * (Billed.invocationLogBytes.value + line + metrics);
  }, 0);
}

/** A line for each frame, each handshake and each disconnection. */
function bytesOfAccessLog(load: CostLoad): number {
  return (framesOfClients(load) + 2 * renewalsPerSecond(load)) * Billed.accessLogBytes.value;
}

/** Records of the clients that get a ticket, and with servers of each open connection in each interval. */
function bytesOfFlowLog({ entry }: Stage, load: CostLoad): number {
  const open = entry === 'servers' ? load.connections / Billed.flowSeconds.value : 0;
  return (open + renewalsPerSecond(load)) * Billed.flowRecords.value * Billed.flowRecordBytes.value;
}

function bytesOfInsights({ clustersWithInsights, httpService, servers }: Stage, load: CostLoad): number {
  if (clustersWithInsights.standard + clustersWithInsights.enhanced === 0) {
    return 0;
  }
  const tasks = (httpService?.minTasks ?? 0) + webSocketTasks(servers, load);
  return (tasks * Billed.insightsLogBytes.value) / 60;
}

/** Each task with sockets writes its metrics also while nothing happens. */
function bytesOfTaskMetrics({ servers }: Stage, load: CostLoad): number {
  const lines = servers?.writesMetrics === true ? webSocketTasks(servers, load) / (WRITE_EVERY / 1000) : 0;
  return lines * Billed.metricsLineBytes.value;
}

function webSocketTasks(servers: StageService | undefined, load: CostLoad): number {
  return servers ? Math.max(servers.minTasks, tasksOf(load)) : 0;
}

function traces(stage: Stage, load: CostLoad): Charge[] {
  const price = priceOf('X-Ray', 'trace recorded');
  return charges(
    'observability',
    true,
    Object.entries(invocationsOf(stage, load))
      .filter(([name]) => stage.functions[name as FunctionName]?.traced)
      .map(([name, { invocations }]) => [
        `traces of ${name === 'Service' ? 'HTTP' : name.toLowerCase()}`,
        price,
        SECONDS_OF_MONTH * tracesPerSecond(invocations),
      ]),
  );
}
