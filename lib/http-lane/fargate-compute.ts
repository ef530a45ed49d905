import { Duration, Validations } from 'aws-cdk-lib';
import type { PredefinedMetric, ScalableTarget } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AvailabilityZoneRebalancing,
  type CfnService,
  Cluster,
  ContainerImage,
  ContainerInsights,
  type CpuArchitecture,
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
import { bundle } from '../functions/bundles';
import { ownSource } from '../functions/own-source';
import { acknowledgeWildcard } from '../compliance/wildcard';
import { documentation } from './documentation';
import { fargateProblems } from './fargate-compute-problems';
import { CONTAINER_PORT, type FargateComputeProps, isPort, LONGEST_STOP, withDefaults } from './fargate-compute-props';
import type { HttpComputeConfig, HttpComputeContext } from './http-compute-config';
import { imageProblems, platformOf } from './image-platform';
import type { LaneNetworkConfig } from './lane-network-config';

/**
 * Metric for target tracking, published every 20 s. The CDK's list of metrics lacks AWS's name (aws/aws-cdk#38207).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/target-tracking-faster-auto-scaling.html
 */
const HIGH_RESOLUTION_CPU = 'ECSServiceAverageCPUUtilizationHighResolution' as PredefinedMetric;

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
        ...fargateProblems(this.props),
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
