import { Duration, Validations } from 'aws-cdk-lib';
import type { PredefinedMetric, ScalableTarget } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AvailabilityZoneRebalancing,
  type CfnService,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  IpAddressType,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { Environment } from '../../lambda/environment';
import { FARGATE_MEMORY_MIB } from '../aws-limits';
import { bundle } from '../functions/bundles';
import { ownSource } from '../functions/own-source';
import { acknowledgeWildcard } from '../compliance/wildcard';
import { documentation } from './documentation';
import type { HttpComputeConfig, HttpComputeContext } from './http-compute-config';
import { architectureProblems, imageProblems, platformOf } from './image-platform';
import type { LaneNetworkConfig } from './lane-network-config';
import { RoutingAlgorithm } from './routing-algorithm';

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

/**
 * Metric for target tracking, published every 20 s. The CDK's list of metrics lacks AWS's name (aws/aws-cdk#38207).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/target-tracking-faster-auto-scaling.html
 */
const HIGH_RESOLUTION_CPU = 'ECSServiceAverageCPUUtilizationHighResolution' as PredefinedMetric;

/** Maximum time between SIGTERM and SIGKILL on Fargate. */
const LONGEST_STOP = Duration.seconds(120);

/** Containers on Fargate, scaled with the number of requests. */
export class FargateCompute {
  constructor(private readonly props: FargateComputeProps) {}

  bind(scope: Construct, context: HttpComputeContext): HttpComputeConfig {
    const props = withDefaults(this.props);
    const { drain, healthCheckPath, routingAlgorithm, minCapacity, maxCapacity } = props;
    // The ECS constructs throw for an invalid port. The validation reports it with all other problems.
    const containerPort = isPort(props.containerPort) ? props.containerPort : CONTAINER_PORT;
    const { vpc, taskSubnets, assignPublicIp, taskProblems } = context.network;

    const taskDefinition = this.taskDefinition(scope, context, { ...props, containerPort });
    scope.node.addValidation({
      validate: () => [
        ...problems(this.props),
        ...imageProblems(taskDefinition, props.cpuArchitecture),
        ...taskProblems,
      ],
    });
    const cluster = new Cluster(scope, 'Cluster', {
      vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    });
    const securityGroup = addSecurityGroup(scope, context.network);
    const service = new FargateService(scope, 'Service', {
      cluster,
      taskDefinition,
      vpcSubnets: taskSubnets,
      assignPublicIp,
      securityGroups: [securityGroup],
      circuitBreaker: { rollback: true },
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
    });

    // Tasks that start before the routes to the internet exist cannot pull their image, and the circuit breaker counts them.
    service.node
      .findChild('Service')
      .node.addDependency(vpc.selectSubnets(taskSubnets).internetConnectivityEstablished);
    publishHighResolutionCpu(service);

    const targetGroup = new ApplicationTargetGroup(scope, 'TargetGroup', {
      vpc,
      targetType: TargetType.IP,
      protocol: ApplicationProtocol.HTTP,
      port: containerPort,
      targets: [service],
      deregistrationDelay: drain,
      healthCheck: {
        path: healthCheckPath,
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
      ...routingAlgorithm._targetGroupProps,
    });
    context.listener.addTargetGroups('Default', { targetGroups: [targetGroup] });

    this.scale(service, targetGroup, minCapacity, maxCapacity);
    return {
      targetGroup,
      grantee: taskDefinition.taskRole,
      connections: service.connections,
      scaling: { resourceId: `service/${cluster.clusterName}/${service.serviceName}`, minCapacity, maxCapacity },
      service,
      cluster,
      taskDefinition,
    };
  }

  private taskDefinition(
    scope: Construct,
    { environment, idleTimeout, retention }: HttpComputeContext,
    props: ReturnType<typeof withDefaults>,
  ): FargateTaskDefinition {
    const { containerPort, cpu, memoryLimitMiB, cpuArchitecture, drain, user, readonlyRootFilesystem } = props;
    const taskDefinition = new FargateTaskDefinition(scope, 'TaskDefinition', {
      cpu,
      memoryLimitMiB,
      runtimePlatform: { cpuArchitecture, operatingSystemFamily: OperatingSystemFamily.LINUX },
    });
    taskDefinition.addContainer('Service', {
      image: this.props.image ?? serviceImage(cpuArchitecture),
      // All memory of the task. An additional container would need its own limits.
      memoryLimitMiB: taskDefinition.memoryMiB,
      portMappings: [{ containerPort }],
      user,
      readonlyRootFilesystem,
      stopTimeout: Duration.seconds(Math.min(drain.toSeconds() + 15, LONGEST_STOP.toSeconds())),
      environment: {
        ...environment,
        [Environment.PORT]: `${containerPort}`,
        // Longer than the idle timeout of the load balancer: if the target closes first, a client receives a 502.
        [Environment.KEEP_ALIVE_SECONDS]: `${idleTimeout.toSeconds() + 15}`,
        [Environment.DRAIN_SECONDS]: `${drain.toSeconds()}`,
        ...this.props.environment,
      },
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
    return taskDefinition;
  }

  private scale(service: FargateService, targetGroup: ApplicationTargetGroup, min: number, max: number): void {
    const { requestsPerTarget = 3000, targetUtilizationPercent = 60 } = this.props.scaling ?? {};
    const cooldown = {
      scaleOutCooldown: this.props.scaling?.scaleOutCooldown ?? Duration.seconds(15),
      scaleInCooldown: this.props.scaling?.scaleInCooldown ?? Duration.minutes(5),
    };
    const tasks = service.autoScaleTaskCount({ minCapacity: Math.min(min, max), maxCapacity: max });
    tasks.scaleOnRequestCount('Requests', { requestsPerTarget, targetGroup, ...cooldown });
    (tasks.node.findChild('Target') as ScalableTarget).scaleToTrackMetric('Cpu', {
      predefinedMetric: HIGH_RESOLUTION_CPU,
      targetValue: targetUtilizationPercent,
      ...cooldown,
    });
  }
}

function addSecurityGroup(scope: Construct, { vpc, ipAddressType }: LaneNetworkConfig): SecurityGroup {
  const securityGroup = new SecurityGroup(scope, 'ServiceSecurityGroup', {
    vpc,
    description: 'Tasks of the HTTP lane: in from the load balancer, out by TLS only',
    allowAllOutbound: false,
  });
  securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS);
  if (ipAddressType !== IpAddressType.IPV4) {
    securityGroup.addEgressRule(Peer.anyIpv6(), Port.HTTPS);
  }
  return securityGroup;
}

/** Makes ECS publish the metric {@link HIGH_RESOLUTION_CPU}, every 20 s instead of every 60 s. */
function publishHighResolutionCpu(service: FargateService): void {
  (service.node.findChild('Service') as CfnService).monitoring = {
    metricConfigurations: [{ metricNames: ['CPUUtilization'], resolutionSeconds: 20 }],
  };
}

function serviceImage(cpuArchitecture: CpuArchitecture): ContainerImage {
  const include = { ...documentation, Dockerfile: ownSource('service/Dockerfile') };
  return ContainerImage.fromAsset(bundle({ entry: ownSource('service/server.ts'), include }), {
    platform: platformOf(cpuArchitecture),
  });
}

/** Port of the service of this repository. */
const CONTAINER_PORT = 8080;

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function withDefaults({
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

function problems(props: FargateComputeProps): string[] {
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
