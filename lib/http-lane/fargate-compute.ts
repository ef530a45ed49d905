import { Duration } from 'aws-cdk-lib';
import { ContainerImage, type CpuArchitecture, type FargateService } from 'aws-cdk-lib/aws-ecs';
import { ApplicationProtocol, ApplicationTargetGroup, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { Environment } from '../../lambda/environment';
import { CONTAINER_PORT, isPort } from '../containers/container-rules';
import { scaleByCpu } from '../containers/cpu-scaling';
import { addFargateService } from '../containers/fargate-service';
import { imageProblems, platformOf } from '../containers/image-platform';
import { addTaskDefinition } from '../containers/task-definition';
import { bundle } from '../functions/bundles';
import { ownSource } from '../functions/own-source';
import { documentation } from './documentation';
import { fargateProblems } from './fargate-compute-problems';
import { type FargateComputeProps, withDefaults } from './fargate-compute-props';
import type { HttpComputeConfig, HttpComputeContext } from './http-compute-config';

/** Containers on Fargate, scaled with the number of requests. */
export class FargateCompute {
  constructor(private readonly props: FargateComputeProps) {}

  bind(scope: Construct, context: HttpComputeContext): HttpComputeConfig {
    const props = withDefaults(this.props);
    const { drain, healthCheckPath, routingAlgorithm, minCapacity, maxCapacity } = props;
    // The ECS constructs throw for an invalid port. The validation reports it with all other problems.
    const containerPort = isPort(props.containerPort) ? props.containerPort : CONTAINER_PORT;
    const { network, idleTimeout, retention } = context;

    const { taskDefinition } = addTaskDefinition(scope, {
      ...props,
      image: this.props.image ?? serviceImage(props.cpuArchitecture),
      ports: [containerPort],
      environment: {
        ...context.environment,
        [Environment.PORT]: `${containerPort}`,
        // Longer than the idle timeout of the load balancer: if the target closes first, a client receives a 502.
        [Environment.KEEP_ALIVE_SECONDS]: `${idleTimeout.toSeconds() + 15}`,
        [Environment.DRAIN_SECONDS]: `${props.drain.toSeconds()}`,
        ...this.props.environment,
      },
      retention,
    });
    scope.node.addValidation({
      validate: () => [
        ...fargateProblems(this.props),
        ...imageProblems(taskDefinition, props.cpuArchitecture),
        ...network.taskProblems,
      ],
    });
    const { service, cluster } = addFargateService(scope, {
      network,
      taskDefinition,
      description: 'Tasks of the HTTP lane: in from the load balancer, out by TLS only',
    });

    const targetGroup = new ApplicationTargetGroup(scope, context.targetGroupId, {
      vpc: network.vpc,
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
    context.forwardTo(targetGroup);

    this.scale(service, targetGroup, minCapacity, maxCapacity);
    return {
      targetGroup,
      grantee: taskDefinition.taskRole,
      connections: service.connections,
      scaling: { resourceId: `service/${cluster.clusterName}/${service.serviceName}`, minCapacity, maxCapacity },
      service,
      cluster,
      taskDefinition,
      publishesMetrics: this.props.image === undefined,
    };
  }

  private scale(service: FargateService, targetGroup: ApplicationTargetGroup, min: number, max: number): void {
    const { requestsPerTarget = 3000, targetUtilizationPercent = 60 } = this.props.scaling ?? {};
    const cooldown = {
      scaleOutCooldown: this.props.scaling?.scaleOutCooldown ?? Duration.seconds(15),
      scaleInCooldown: this.props.scaling?.scaleInCooldown ?? Duration.minutes(5),
    };
    const tasks = service.autoScaleTaskCount({ minCapacity: Math.min(min, max), maxCapacity: max });
    tasks.scaleOnRequestCount('Requests', { requestsPerTarget, targetGroup, ...cooldown });
    scaleByCpu(tasks, { targetUtilizationPercent, ...cooldown });
  }
}

function serviceImage(cpuArchitecture: CpuArchitecture): ContainerImage {
  const include = { ...documentation, Dockerfile: ownSource('service/Dockerfile') };
  return ContainerImage.fromAsset(bundle({ entry: ownSource('service/server.ts'), include }), {
    platform: platformOf(cpuArchitecture),
  });
}
