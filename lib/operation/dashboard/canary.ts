import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { CheckName, MeasurementName } from '../../../lambda/canary/canary';
import { CANARY_METRICS } from '../../../lambda/canary/canary-metrics';
import type { CanaryConfig } from '../canary/canary-config';
import { canaryMetric } from '../canary/canary-metric';
import type { Column, Graph } from './row';

/** @returns the graph of a column: the checks of the canary on the left axis, and what it measures on the right one */
export function canaryGraphs({ name, every }: Pick<CanaryConfig, 'name' | 'every'>): Readonly<Record<Column, Graph>> {
  // The greatest value of a period hides no slow run, and the least one no failed run.
  const check = (of: CheckName, label: string): IMetric =>
    canaryMetric(name, CANARY_METRICS.checks[of], { label, period: every, statistic: Stats.MINIMUM });
  const measured = (of: MeasurementName, label: string): IMetric =>
    canaryMetric(name, CANARY_METRICS.measurements[of], { label, period: every, statistic: Stats.MAXIMUM });
  const success = (...metrics: IMetric[]) => ({ label: 'percent', metrics });
  return {
    http: {
      left: success(check('http', 'success: HTTP'), check('signIn', 'success: sign-in')),
      right: {
        label: 'ratio',
        metrics: [
          measured('firstRequestRatio', 'first ÷ second request of a connection'),
          measured('besideSocketsRatio', 'requests beside ÷ without open sockets'),
        ],
      },
    },
    log: {
      left: success(check('delivery', 'success: delivery')),
      right: { label: 'milliseconds', metrics: [measured('publishToPush', 'publish to push')] },
    },
    webSocket: { left: success(check('webSocket', 'success: WebSocket')) },
  };
}
