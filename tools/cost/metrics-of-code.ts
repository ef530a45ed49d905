import { type MetricName, REFUSAL_REASONS } from '../../lambda/metrics';
import type { FunctionName, Stage } from './stage';

/** Names of metrics, and whether the code of a stage writes them. */
const WRITTEN: Readonly<Record<Exclude<MetricName, 'Refused'>, (stage: Stage) => boolean>> = {
  OpenConnections: ({ servers }) => servers?.writesMetrics === true,
  PushLatency: (stage) => writes(stage, 'Push', 'Deliver'),
  Posts: (stage) => writes(stage, 'Push', 'Deliver'),
  Left: (stage) => writes(stage, 'Push', 'Deliver'),
  Gone: (stage) => writes(stage, 'Push', 'Deliver'),
  FanOut: (stage) => writes(stage, 'Dispatch'),
  Gaps: httpWrites,
};

/**
 * Number of metrics of the lanes' code, each name and each reason of a refusal in each lane. A metric without values costs nothing, so
 * this is the most.
 */
export function metricsOfCode(stage: Stage): number {
  const names = Object.values(WRITTEN).filter((written) => written(stage)).length;
  const webSocketWrites = stage.servers?.writesMetrics === true || writes(stage, 'Connect', 'Message');
  const lanes = [httpWrites(stage), webSocketWrites].filter(Boolean).length;
  return names + lanes * REFUSAL_REASONS.length;
}

function httpWrites(stage: Stage): boolean {
  return stage.httpService?.writesMetrics === true || writes(stage, 'Service');
}

function writes({ functions }: Stage, ...names: readonly FunctionName[]): boolean {
  return names.some((name) => functions[name]?.writesMetrics);
}
