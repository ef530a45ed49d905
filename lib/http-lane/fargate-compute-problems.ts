import { capacityProblems } from '../containers/task-capacity';
import { containerProblems } from '../containers/container-rules';
import { sizeProblems } from '../containers/fargate-sizes';
import { architectureProblems } from '../containers/image-platform';
import { LONGEST_STOP } from '../containers/task-definition';
import { type FargateComputeProps, type FargateScaling, withDefaults } from './fargate-compute-props';

/** @returns the problems of the props, each with the value received and a fix */
export function fargateProblems(props: FargateComputeProps): string[] {
  const { drain, ...others } = withDefaults(props);
  const found = [
    ...others.routingAlgorithm._problems,
    ...sizeProblems(others),
    ...architectureProblems(others.cpuArchitecture),
    ...containerProblems({ ...others, environment: props.environment }),
    ...scalingProblems(props.scaling),
  ];
  if (drain.toSeconds() < 1 || drain.toSeconds() >= LONGEST_STOP.toSeconds()) {
    found.push(
      `drain must be 1 s or more and shorter than ${LONGEST_STOP.toSeconds()} s, after which Fargate kills a container, got ${drain.toSeconds()} s. Fix: use Duration.seconds(30)`,
    );
  }
  return found;
}

function scalingProblems(scaling: FargateScaling = {}): string[] {
  const { minCapacity = 2, maxCapacity = 10, requestsPerTarget = 3000, targetUtilizationPercent = 60 } = scaling;
  return capacityProblems({
    minCapacity,
    maxCapacity,
    numbers: { requestsPerTarget },
    percents: { targetUtilizationPercent },
    effect: 'takes the API down',
  });
}
