import type { Duration } from 'aws-cdk-lib';
import type { PredefinedMetric, ScalableTarget } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { ScalableTaskCount } from 'aws-cdk-lib/aws-ecs';

/**
 * Metric for target tracking, published every 20 s. The CDK's list of metrics lacks AWS's name (aws/aws-cdk#38207).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/target-tracking-faster-auto-scaling.html
 */
const HIGH_RESOLUTION_CPU = 'ECSServiceAverageCPUUtilizationHighResolution' as PredefinedMetric;

export interface CpuScalingProps {
  /** CPU utilization, in percent. */
  readonly targetUtilizationPercent: number;
  readonly scaleOutCooldown: Duration;
  readonly scaleInCooldown: Duration;
}

/** Scales the tasks of a service of {@link addFargateService} by their CPU utilization. */
export function scaleByCpu(tasks: ScalableTaskCount, props: CpuScalingProps): void {
  const { targetUtilizationPercent, scaleOutCooldown, scaleInCooldown } = props;
  (tasks.node.findChild('Target') as ScalableTarget).scaleToTrackMetric('Cpu', {
    predefinedMetric: HIGH_RESOLUTION_CPU,
    targetValue: targetUtilizationPercent,
    scaleOutCooldown,
    scaleInCooldown,
  });
}
