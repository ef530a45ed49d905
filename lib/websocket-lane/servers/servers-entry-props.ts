import { Duration } from 'aws-cdk-lib';
import { type ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { CONTAINER_PORT } from '../../containers/container-rules';
import { ServersLoadBalancer } from './servers-load-balancer';

/** Scaling of the number of tasks. */
export interface ServersScaling {
  /**
   * Minimum number of tasks, 2 or more, distributed over all Availability Zones.
   *
   * @default 2
   */
  readonly minCapacity?: number;

  /** @default 10 */
  readonly maxCapacity?: number;

  /**
   * Target number of connections of a task, in percent of `connectionsPerTask`. Tasks report the number every 20 s. The rest is
   * for the connections of a task that fails, whose clients reconnect to the others. With `image`, it cannot be set: the
   * connections of another server are not counted.
   *
   * @default 60
   */
  readonly targetConnectionsPercent?: number;

  /**
   * Target CPU utilization, in percent. Its metric is published every 20 s.
   *
   * @default 60
   */
  readonly targetUtilizationPercent?: number;

  /**
   * Time between two scale-out activities.
   *
   * @default Duration.seconds(15)
   */
  readonly scaleOutCooldown?: Duration;

  /**
   * Time between two scale-in activities, 10 minutes or more. Each of them closes the connections of a task.
   *
   * @default Duration.minutes(10)
   */
  readonly scaleInCooldown?: Duration;
}

/** Options of WebSocket servers. */
export interface ServersEntryProps {
  /**
   * Image with a WebSocket server of your own, such as Centrifugo or Socket.IO. It must be built for `cpuArchitecture`, listen on
   * `containerPort`, close its connections after SIGTERM, and run as `user`. Behind a gateway, it must accept handshakes at the path
   * of `WEBSOCKET_URL`, which is `/socket`. It receives the environment variables of the lane, but
   * no permissions and no messages from the message log: grant it what it needs, with the construct as the grantee. Synth checks
   * the platform of an image that it builds.
   *
   * @default - the server of this repository
   */
  readonly image?: ContainerImage;

  /**
   * Port of the server in `image`, which is the value of `PORT`. Without `image`, it cannot be set.
   *
   * @default 8080
   */
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
   * CPU architecture of the tasks: ARM64 or X86_64.
   *
   * @default CpuArchitecture.ARM64
   */
  readonly cpuArchitecture?: CpuArchitecture;

  /**
   * Maximum number of connections of a task, 1 to 60,000. A full task answers handshakes with 503 and stays healthy, and the
   * client tries again. The default was not measured on AWS.
   *
   * @default 5000
   */
  readonly connectionsPerTask?: number;

  /** @default - 2 to 10 tasks, scaled by connections and CPU utilization */
  readonly scaling?: ServersScaling;

  /**
   * Time in which a stopping task closes its connections, each at a random moment, so that not all clients reconnect at once:
   * 1 to 115 s. The container is killed 15 s later, and at the latest after 120 s.
   *
   * @default Duration.seconds(100)
   */
  readonly drain?: Duration;

  /**
   * Load balancer in front of the servers.
   *
   * @default ServersLoadBalancer.own()
   */
  readonly loadBalancer?: ServersLoadBalancer;

  /**
   * Path of the health check. It must return 200 if the task can serve connections.
   *
   * @default '/health'
   */
  readonly healthCheckPath?: string;

  /**
   * User of the image that runs the container, by name or number. It must not be root.
   *
   * @default '1000' - the user `node` of the official Node.js images
   */
  readonly user?: string;

  /**
   * False to let the container write to its root file system, as many images of vendors need.
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
}

/** @returns the props with their defaults */
export function withDefaults({
  containerPort = CONTAINER_PORT,
  cpu = 256,
  memoryLimitMiB = 512,
  cpuArchitecture = CpuArchitecture.ARM64,
  connectionsPerTask = 5000,
  scaling = {},
  drain = Duration.seconds(100),
  loadBalancer = ServersLoadBalancer.own(),
  healthCheckPath = '/health',
  user = '1000',
  readonlyRootFilesystem = true,
}: ServersEntryProps) {
  const {
    minCapacity = 2,
    maxCapacity = 10,
    targetConnectionsPercent = 60,
    targetUtilizationPercent = 60,
    scaleOutCooldown = Duration.seconds(15),
    scaleInCooldown = Duration.minutes(10),
  } = scaling;
  return {
    ...{ containerPort, cpu, memoryLimitMiB, cpuArchitecture, connectionsPerTask, drain, loadBalancer },
    ...{ healthCheckPath, user, readonlyRootFilesystem },
    scaling: {
      ...{ minCapacity, maxCapacity, targetConnectionsPercent, targetUtilizationPercent },
      ...{ scaleOutCooldown, scaleInCooldown },
    },
  };
}
