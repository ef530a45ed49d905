import { Duration } from 'aws-cdk-lib';
import { containerProblems } from '../../containers/container-rules';
import { sizeProblems } from '../../containers/fargate-sizes';
import { architectureProblems } from '../../containers/image-platform';
import { capacityProblems } from '../../containers/task-capacity';
import { type ServersEntryProps, withDefaults } from './servers-entry-props';

/** Longest drain, in seconds: 5 s before Fargate kills a container. */
const LONGEST_DRAIN = 115;

/** Maximum number of connections of a task: the file descriptors of its container, less some for files and other connections. */
const MOST_CONNECTIONS = 60_000;

/** Shortest time between two scale-in activities. */
const SHORTEST_SCALE_IN = Duration.minutes(10);

/** @returns the problems of the props, each with the value received and a fix */
export function serversProblems(props: ServersEntryProps): string[] {
  const { scaling, drain, connectionsPerTask, ...others } = withDefaults(props);
  const { minCapacity, maxCapacity, targetConnectionsPercent, targetUtilizationPercent } = scaling;
  const found = [
    ...sizeProblems(others),
    ...architectureProblems(others.cpuArchitecture),
    ...containerProblems({ ...others, environment: props.environment }),
    ...imageOnlyProblems(props),
    ...capacityProblems({
      minCapacity,
      maxCapacity,
      percents: { targetConnectionsPercent, targetUtilizationPercent },
      effect: 'closes all connections',
    }),
  ];
  if (!Number.isInteger(connectionsPerTask) || connectionsPerTask < 1 || connectionsPerTask > MOST_CONNECTIONS) {
    found.push(
      `connectionsPerTask must be a whole number from 1 to ${MOST_CONNECTIONS}, got ${connectionsPerTask}. Fix: use 5000`,
    );
  }
  if (drain.toSeconds() < 1 || drain.toSeconds() > LONGEST_DRAIN) {
    found.push(
      `drain must be 1 to ${LONGEST_DRAIN} s, because Fargate kills a container after 120 s, got ${drain.toSeconds()} s. Fix: use Duration.seconds(100)`,
    );
  }
  if (scaling.scaleInCooldown.toSeconds() < SHORTEST_SCALE_IN.toSeconds()) {
    found.push(
      `scaling.scaleInCooldown must be at least 10 minutes, because each scale-in closes connections, got ${scaling.scaleInCooldown.toSeconds()} s. Fix: use Duration.minutes(10)`,
    );
  }
  return found;
}

/** @returns problems of props that belong to an image of the user, or to the server of this repository */
function imageOnlyProblems({ image, containerPort, scaling }: ServersEntryProps): string[] {
  if (!image) {
    return containerPort === undefined
      ? []
      : [
          `containerPort must be set only with image, got ${containerPort}: the port of the lane's own server is fixed. Fix: remove it`,
        ];
  }
  return scaling?.targetConnectionsPercent === undefined
    ? []
    : [
        `scaling.targetConnectionsPercent must not be set with image, whose connections are not counted, got ${scaling.targetConnectionsPercent}. Fix: remove it, and use targetUtilizationPercent`,
      ];
}
