import { Duration } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Connections, IConnectable } from 'aws-cdk-lib/aws-ec2';
import { type Cluster, type FargateService, type FargateTaskDefinition, UlimitName } from 'aws-cdk-lib/aws-ecs';
import {
  type ApplicationListener,
  ApplicationProtocol,
  ApplicationTargetGroup,
  type IApplicationLoadBalancer,
  IpAddressType,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Grant, type IGrantable, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import { Environment } from '../../../lambda/environment';
import { CONTAINER_PORT, isPort } from '../../containers/container-rules';
import { scaleByCpu } from '../../containers/cpu-scaling';
import { addFargateService } from '../../containers/fargate-service';
import { imageProblems } from '../../containers/image-platform';
import { addTaskDefinition, type LaneTask } from '../../containers/task-definition';
import { AliasRecords } from '../../domains/alias-records';
import type { LaneDomain } from '../../domains/lane-domain';
import { webSocketUrlOf } from '../../domains/lane-urls';
import type { FunctionNetwork } from '../../functions/function-network';
import type { LaneFunction } from '../../functions/lane-function';
import type { LaneScaling } from '../../functions/lane-scaling';
import { internalProblems, targetGroupIdOf } from '../../load-balancer/gateway-access';
import { RoutingAlgorithm } from '../../load-balancer/routing-algorithm';
import type { LaneNetworkConfig } from '../../network/lane-network-config';
import { PropsError } from '../../required-props';
import type { WebSocketEntryConfig, WebSocketEntryContext } from '../websocket-entry-config';
import { openConnections, scaleByConnections } from './connection-scaling';
import { addPostingNetwork, POSTS_PORT, postingProblems } from './posting-network';
import { serverImage } from './server-image';
import { type ServersEntryProps, withDefaults } from './servers-entry-props';
import { serversProblems } from './servers-problems';

/** File descriptors of a container, of which each connection takes one. AWS's documents name different defaults, some too low. */
const FILE_DESCRIPTORS = 65_535;

/** Time for which ECS waits after it removes a task from the target group. Only then does the task learn that it stops. */
const DEREGISTRATION_DELAY = Duration.seconds(15);

/** Time in which a new task gets a growing share of handshakes. */
const SLOW_START = Duration.seconds(30);

export interface WebSocketServersProps extends ServersEntryProps {
  readonly context: WebSocketEntryContext;
}

/**
 * WebSocket servers on Fargate behind a load balancer. A task has many connections, and subscribes to a topic once for all of them:
 * the functions of the lane post messages to the tasks, at their private addresses.
 */
export class WebSocketServers extends Construct implements WebSocketEntryConfig, IGrantable, IConnectable {
  readonly postingHandlers = 'lambda/tasks';

  /** None: the addresses of tasks are in the connection table. */
  readonly postingEnvironment = {};

  /** No resources: functions read the addresses of tasks from the connection table. */
  readonly managementResources: IDependable = new DependencyGroup();

  /** Network of functions that post to tasks. Undefined with `image`. */
  readonly functionNetwork: FunctionNetwork | undefined;

  readonly delivers: boolean;

  /** None: the tasks answer handshakes and frames. */
  readonly functions: readonly LaneFunction[] = [];

  readonly loadBalancer: IApplicationLoadBalancer;

  /** Listener with the rule for handshakes. */
  readonly listener: ApplicationListener;

  readonly targetGroup: ApplicationTargetGroup;
  readonly service: FargateService;
  readonly cluster: Cluster;

  /**
   * The task definition, to which containers and volumes can be added. The server uses all memory of the task, so do not set
   * `memoryLimitMiB` or `memoryReservationMiB` for a sidecar.
   */
  readonly taskDefinition: FargateTaskDefinition;

  /** Minimum and maximum number of tasks. */
  readonly scaling: LaneScaling;

  /** Maximum number of connections of a task. */
  readonly connectionsPerTask: number;

  /** Network connections of the tasks, to allow traffic other than TLS. */
  readonly connections: Connections;

  /** Role of the tasks. */
  readonly grantPrincipal: IPrincipal;

  private readonly context: WebSocketEntryContext;
  private readonly metricLane: string;

  constructor(scope: Construct, id: string, props: WebSocketServersProps) {
    super(scope, id);
    const { context } = props;
    const network = requireNetwork(this, props);
    const settings = withDefaults(props);
    this.context = context;
    this.delivers = props.image === undefined;
    this.metricLane = context.metricLane;
    this.connectionsPerTask = settings.connectionsPerTask;

    const { taskDefinition } = this.addTask(props);
    this.taskDefinition = taskDefinition;
    this.grantPrincipal = taskDefinition.taskRole;
    this.node.addValidation({
      validate: () => [
        ...serversProblems(props),
        ...imageProblems(taskDefinition, settings.cpuArchitecture),
        ...network.taskProblems,
        ...(loadBalancer === context.httpListener?.loadBalancer
          ? []
          : internalProblems(context.domain.gateway, network)),
        ...(this.delivers ? postingProblems(network) : []),
      ],
    });
    const { service, cluster } = addFargateService(this, {
      network,
      taskDefinition,
      description:
        'Tasks of the WebSocket lane: in from the load balancer and the functions of the lane, out by TLS only',
    });
    this.service = service;
    this.cluster = cluster;
    this.connections = service.connections;
    this.functionNetwork = this.delivers ? addPostingNetwork(this, network, service) : undefined;
    this.targetGroup = this.addTargetGroup(network, settings);
    const { loadBalancer, listener } = settings.loadBalancer._bind(this, {
      ...context,
      network,
      targetGroup: this.targetGroup,
    });
    this.loadBalancer = loadBalancer;
    this.listener = listener;
    // Below the lane, with the id that they have with any entry: a new record of the same name would be refused while the old one
    // exists.
    if (needsRecords(context.domain)) {
      new AliasRecords(scope, 'Records', {
        domain: context.domain,
        target: new LoadBalancerTarget(loadBalancer),
        ipv6: network.ipAddressType !== IpAddressType.IPV4,
      });
    }
    this.scaling = this.scale(settings);
    if (this.delivers) {
      this.grantServe();
    }
  }

  /** Grants `grantee` permission to read the addresses and secrets of tasks, with which it can post to connections. */
  grantPost(grantee: IGrantable): Grant {
    return this.context.connectionTable.grantFindServers(grantee);
  }

  /** Grants `grantee` permission to read the addresses and secrets of tasks, with which it can close connections. */
  grantDisconnect(grantee: IGrantable): Grant {
    return this.context.connectionTable.grantFindServers(grantee);
  }

  /** Grants nothing: connections have no records of their own. */
  grantRemove(grantee: IGrantable): Grant {
    return Grant.drop(grantee, 'A task removes the records of its connections.');
  }

  /** Number of open connections of a task. @default - average of the tasks over 1 minute */
  metricOpenConnections(options?: MetricOptions): Metric {
    return openConnections(this.metricLane, options);
  }

  private addTask(props: WebSocketServersProps): LaneTask {
    const settings = withDefaults(props);
    // The ECS constructs throw for an invalid port. The validation reports it with all other problems.
    const port = props.image && isPort(settings.containerPort) ? settings.containerPort : CONTAINER_PORT;
    const task = addTaskDefinition(this, {
      ...settings,
      image: props.image ?? serverImage(settings.cpuArchitecture),
      ports: this.delivers ? [port, POSTS_PORT] : [port],
      environment: {
        ...this.laneEnvironment(),
        [Environment.PORT]: `${port}`,
        ...(this.delivers && { [Environment.POSTS_PORT]: `${POSTS_PORT}` }),
        [Environment.CONNECTIONS_PER_TASK]: `${settings.connectionsPerTask}`,
        [Environment.METRIC_LANE]: this.metricLane,
        [Environment.DRAIN_SECONDS]: `${settings.drain.toSeconds()}`,
        ...props.environment,
      },
      retention: props.context.retention,
    });
    task.container.addUlimits({
      name: UlimitName.NOFILE,
      softLimit: FILE_DESCRIPTORS,
      hardLimit: FILE_DESCRIPTORS,
    });
    return task;
  }

  private laneEnvironment(): Record<string, string> {
    const { connectionTable, admission, messageLog, allowedOrigins, domain } = this.context;
    return {
      ...connectionTable.environment,
      ...admission.connectEnvironment,
      ...admission.messageEnvironment,
      ...messageLog.environment,
      [Environment.ALLOWED_ORIGINS]: allowedOrigins.join(','),
      [Environment.WEBSOCKET_URL]: webSocketUrlOf(domain),
    };
  }

  private addTargetGroup(
    { vpc }: LaneNetworkConfig,
    { loadBalancer, healthCheckPath: path }: ReturnType<typeof withDefaults>,
  ): ApplicationTargetGroup {
    return new ApplicationTargetGroup(this, targetGroupIdOf(loadBalancer._targetGroupId, this.context.domain.gateway), {
      vpc,
      targetType: TargetType.IP,
      protocol: ApplicationProtocol.HTTP,
      port: this.taskDefinition.defaultContainer?.containerPort,
      targets: [this.service],
      deregistrationDelay: DEREGISTRATION_DELAY,
      healthCheck: {
        path,
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
      ...RoutingAlgorithm.roundRobin(SLOW_START)._targetGroupProps,
    });
  }

  private scale({ connectionsPerTask, scaling }: ReturnType<typeof withDefaults>): LaneScaling {
    const { minCapacity, maxCapacity } = scaling;
    const tasks = this.service.autoScaleTaskCount({ minCapacity: Math.min(minCapacity, maxCapacity), maxCapacity });
    // The server of an image does not publish the metric, and an alarm without data does not scale.
    if (this.delivers) {
      scaleByConnections(tasks, { ...scaling, connectionsPerTask, metricLane: this.metricLane });
    }
    scaleByCpu(tasks, scaling);
    return {
      resourceId: `service/${this.cluster.clusterName}/${this.service.serviceName}`,
      minCapacity,
      maxCapacity,
    };
  }

  /** Grants the tasks what the functions that answer handshakes and frames have with an API. */
  private grantServe(): void {
    const { connectionTable, admission, messageLog } = this.context;
    connectionTable.grantServe(this);
    admission.grantConsumeTicket(this);
    admission.grantRateLimit(this);
    admission.grantClose(this);
    messageLog.grantAppend(this);
    messageLog.grantReadPositions(this);
  }
}

/** False if a gateway reaches the load balancer within the VPC, and if the HTTP lane creates the records, because it has the same host. */
function needsRecords({ hostName, gateway }: LaneDomain): boolean {
  return !gateway?.internalLoadBalancers && gateway?.hostName !== hostName;
}

/** @throws PropsError without a network, in which nothing can be created; it also has the problems of the props */
function requireNetwork(scope: Construct, { context, ...props }: WebSocketServersProps): LaneNetworkConfig {
  if (!context.network) {
    const missing =
      'network is required for servers, got undefined. Fix: pass network: httpLane.network to the WebSocketLane';
    throw new PropsError(
      [missing, ...serversProblems(props)].map((problem) => `[${scope.node.path}] ${problem}`).join('\n'),
    );
  }
  return context.network;
}
