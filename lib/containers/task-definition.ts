import { Duration, Validations } from 'aws-cdk-lib';
import {
  type ContainerDefinition,
  type ContainerImage,
  type CpuArchitecture,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '../compliance/wildcard';
import type { Retention } from '../storage/retention';

/** Maximum time between SIGTERM and SIGKILL on Fargate. */
export const LONGEST_STOP = Duration.seconds(120);

/** Time that a container has after its drain, before it is killed. */
const AFTER_DRAIN = Duration.seconds(15);

export interface LaneTaskProps {
  readonly image: ContainerImage;
  readonly cpu: number;
  readonly memoryLimitMiB: number;
  readonly cpuArchitecture: CpuArchitecture;

  /** Ports of the container. The load balancer uses the first. */
  readonly ports: readonly [number, ...number[]];

  readonly user: string;
  readonly readonlyRootFilesystem: boolean;

  /** Time from SIGTERM in which the container closes its connections. It is killed 15 s later. */
  readonly drain: Duration;

  readonly environment: Record<string, string>;

  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** A task of a lane with its container. */
export interface LaneTask {
  readonly taskDefinition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
}

/** Adds a task definition with one container, which uses all memory of the task, and its log group. */
export function addTaskDefinition(scope: Construct, props: LaneTaskProps): LaneTask {
  const { cpu, memoryLimitMiB, cpuArchitecture, drain, retention } = props;
  const taskDefinition = new FargateTaskDefinition(scope, 'TaskDefinition', {
    cpu,
    memoryLimitMiB,
    runtimePlatform: { cpuArchitecture, operatingSystemFamily: OperatingSystemFamily.LINUX },
  });
  const container = taskDefinition.addContainer('Service', {
    image: props.image,
    // All memory of the task. An additional container would need its own limits.
    memoryLimitMiB: taskDefinition.memoryMiB,
    portMappings: props.ports.map((containerPort) => ({ containerPort })),
    user: props.user,
    readonlyRootFilesystem: props.readonlyRootFilesystem,
    stopTimeout: Duration.seconds(Math.min(drain.plus(AFTER_DRAIN).toSeconds(), LONGEST_STOP.toSeconds())),
    environment: props.environment,
    logging: LogDrivers.awsLogs({
      streamPrefix: 'service',
      logGroup: new LogGroup(scope, 'LogGroup', {
        retention: retention.logRetention,
        removalPolicy: retention.removalPolicy,
      }),
    }),
  });
  acknowledgeWildcard(
    taskDefinition.obtainExecutionRole(),
    '*',
    'ecr:GetAuthorizationToken supports only *. Pulling is limited to the image repository.',
  );
  Validations.of(taskDefinition).acknowledge({
    id: 'AwsSolutions::AwsSolutions-ECS2',
    reason: 'The environment contains names of tables, origins and time limits, and no secrets.',
  });
  return { taskDefinition, container };
}
