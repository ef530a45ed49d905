import { Environment } from '../../lambda/environment';
import { FARGATE_MEMORY_MIB } from '../aws-limits';
import {
  CONTAINER_PORT,
  type FargateComputeProps,
  type FargateScaling,
  isPort,
  LONGEST_STOP,
  withDefaults,
} from './fargate-compute-props';
import { architectureProblems } from './image-platform';

/** @returns the problems of the props, each with the value received and a fix */
export function fargateProblems(props: FargateComputeProps): string[] {
  const { containerPort, healthCheckPath, drain, user, ...others } = withDefaults(props);
  const found = [
    ...others.routingAlgorithm._problems,
    ...sizeProblems(others),
    ...architectureProblems(others.cpuArchitecture),
  ];
  if (!isPort(containerPort)) {
    found.push(
      `containerPort must be a whole number from 1 to 65535, got ${containerPort}. Fix: use ${CONTAINER_PORT}`,
    );
  }
  if (!healthCheckPath.startsWith('/')) {
    found.push(
      `healthCheckPath must begin with /, got ${JSON.stringify(healthCheckPath)}. Fix: use "/${healthCheckPath}"`,
    );
  }
  if (/^(root|0+)?(:|$)/.test(user)) {
    found.push(
      `user must not be root, which could change everything in the container, got ${JSON.stringify(user)}. Fix: use another user of the image, by name or number`,
    );
  }
  if (props.environment?.[Environment.PORT] !== undefined) {
    found.push(
      `environment must not set PORT, which is the containerPort, got ${JSON.stringify(props.environment[Environment.PORT])}. Fix: set containerPort instead`,
    );
  }
  found.push(...scalingProblems(props.scaling));
  if (drain.toSeconds() < 1 || drain.toSeconds() >= LONGEST_STOP.toSeconds()) {
    found.push(
      `drain must be 1 s or more and shorter than ${LONGEST_STOP.toSeconds()} s, after which Fargate kills a container, got ${drain.toSeconds()} s. Fix: use Duration.seconds(30)`,
    );
  }
  return found;
}

function scalingProblems(scaling: FargateScaling = {}): string[] {
  const { minCapacity = 2, maxCapacity = 10, requestsPerTarget = 3000, targetUtilizationPercent = 60 } = scaling;
  const found = Object.entries({ minCapacity, maxCapacity, requestsPerTarget })
    .filter(([, number]) => !Number.isInteger(number) || number < 1)
    .map(
      ([name, number]) => `scaling.${name} must be a whole number, 1 or more, got ${number}. Fix: use a whole number`,
    );
  if (!(targetUtilizationPercent > 0 && targetUtilizationPercent <= 100)) {
    found.push(
      `scaling.targetUtilizationPercent must be more than 0 and at most 100, got ${targetUtilizationPercent}. Fix: use 60`,
    );
  }
  if (minCapacity === 1) {
    found.push(
      `scaling.minCapacity must be at least 2, got ${minCapacity}: a single task runs in one Availability Zone, so one failure takes the API down. Fix: use 2 or more`,
    );
  }
  if (minCapacity > maxCapacity) {
    found.push(
      `scaling.minCapacity must be <= maxCapacity, got ${minCapacity} > ${maxCapacity}. Fix: raise maxCapacity`,
    );
  }
  return found;
}

/** @returns problems of the size. Fargate supports certain memory sizes for each CPU size. */
function sizeProblems({ cpu, memoryLimitMiB }: { cpu: number; memoryLimitMiB: number }): string[] {
  const sizes = FARGATE_MEMORY_MIB.get(cpu);
  if (!sizes) {
    return [`cpu must be one of ${[...FARGATE_MEMORY_MIB.keys()].join(', ')}, got ${cpu}. Fix: use 256`];
  }
  return sizes.includes(memoryLimitMiB)
    ? []
    : [
        `memoryLimitMiB must be a Fargate memory size for cpu ${cpu}, from ${sizes.at(0)} to ${sizes.at(-1)}, got ${memoryLimitMiB}. Fix: use ${sizes.at(0)}`,
      ];
}
