import { Duration } from 'aws-cdk-lib';
import { type ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { CONTAINER_PORT } from '../containers/container-rules';
import { RoutingAlgorithm } from '../load-balancer/routing-algorithm';

/** Scaling of the number of tasks. */
export interface FargateScaling {
  /**
   * Minimum number of tasks, 2 or more, distributed over all Availability Zones.
   *
   * @default 2
   */
  readonly minCapacity?: number;

  /** @default 10 */
  readonly maxCapacity?: number;

  /**
   * Target number of requests per minute for each task. The default was not measured on AWS: load-test your service, and
   * set this to about half of the requests that one task can serve.
   *
   * @default 3000
   */
  readonly requestsPerTarget?: number;

  /**
   * Target CPU utilization, in percent. Scaling reacts fast to it, because its metric is published every 20 s.
   *
   * @default 60
   */
  readonly targetUtilizationPercent?: number;

  /**
   * Time between two scale-out activities. It is short, so that new clients do not wait for busy tasks.
   *
   * @default Duration.seconds(15)
   */
  readonly scaleOutCooldown?: Duration;

  /**
   * Time between two scale-in activities.
   *
   * @default Duration.minutes(5)
   */
  readonly scaleInCooldown?: Duration;
}

export interface FargateComputeProps {
  /**
   * Image of the container. It must be built for `cpuArchitecture`, listen on `containerPort`, stop on SIGTERM, and run as
   * `user`. Synth checks the platform of an image that it builds, which must be set: `ContainerImage.fromAsset('orders', {
   * platform: Platform.LINUX_ARM64 })`. It does not know the platform of an image in a registry, in ECR or in a tarball. If
   * that is wrong, the container does not start: `exec format error`.
   *
   * @default - the service of this repository
   */
  readonly image?: ContainerImage;

  /** @default 8080 */
  readonly containerPort?: number;

  /**
   * CPU units of a task; 1024 are one vCPU.
   *
   * @default 256
   */
  readonly cpu?: number;

  /** @default 512 */
  readonly memoryLimitMiB?: number;

  /**
   * CPU architecture of the tasks: ARM64 or X86_64. ARM64 costs less. Use X86_64 for an image that has no ARM64 build.
   *
   * @default CpuArchitecture.ARM64
   */
  readonly cpuArchitecture?: CpuArchitecture;

  /**
   * User of the image that runs the container, by name or number. It replaces the user in the Dockerfile, and must not be
   * root. For the image of a vendor, set the user that the vendor names: `'101'` for `nginxinc/nginx-unprivileged`.
   *
   * @default '1000' - the user `node` of the official Node.js images
   */
  readonly user?: string;

  /**
   * False to let the container write to its root file system, as many images of vendors need: nginx writes its process
   * id and temporary files. What a container writes is lost when its task stops.
   *
   * @default true
   */
  readonly readonlyRootFilesystem?: boolean;

  /**
   * Environment variables in addition to those of the lane.
   *
   * @default - none
   */
  readonly environment?: Record<string, string>;

  /**
   * Path of the health check. It must return 200 if the task can serve requests.
   *
   * @default '/health'
   */
  readonly healthCheckPath?: string;

  /** @default RoutingAlgorithm.leastOutstandingRequests() */
  readonly routingAlgorithm?: RoutingAlgorithm;

  /**
   * Time that a stopping task has to finish its open requests. The container is killed 15 s later. Fargate allows 120 s in
   * total.
   *
   * @default Duration.seconds(30)
   */
  readonly drain?: Duration;

  /** @default - 2 to 10 tasks, scaled by requests and CPU utilization */
  readonly scaling?: FargateScaling;
}

/** @returns the props with their defaults, and the capacity of the scaling */
export function withDefaults({
  containerPort = CONTAINER_PORT,
  cpu = 256,
  memoryLimitMiB = 512,
  healthCheckPath = '/health',
  drain = Duration.seconds(30),
  cpuArchitecture = CpuArchitecture.ARM64,
  user = '1000',
  readonlyRootFilesystem = true,
  routingAlgorithm = RoutingAlgorithm.leastOutstandingRequests(),
  scaling: { minCapacity = 2, maxCapacity = 10 } = {},
}: FargateComputeProps) {
  return {
    ...{ containerPort, cpu, memoryLimitMiB, cpuArchitecture, healthCheckPath },
    ...{ drain, user, readonlyRootFilesystem, routingAlgorithm, minCapacity, maxCapacity },
  };
}
