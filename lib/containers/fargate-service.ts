import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AvailabilityZoneRebalancing,
  type CfnService,
  Cluster,
  ContainerInsights,
  FargateService,
  type FargateTaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { LaneNetworkConfig } from '../network/lane-network-config';

export interface LaneServiceProps {
  readonly network: LaneNetworkConfig;
  readonly taskDefinition: FargateTaskDefinition;

  /** Description of the security group of the tasks. */
  readonly description: string;
}

/** A service of a lane with its cluster and the security group of its tasks. */
export interface LaneService {
  readonly service: FargateService;
  readonly cluster: Cluster;
  readonly securityGroup: SecurityGroup;
}

/**
 * Adds a cluster with one service, whose tasks are distributed over the zones. A deployment whose tasks do not start is rolled
 * back. An operation adds alarms, which roll it back, too. Tasks can connect to port 443 only, and no port of theirs is open.
 */
export function addFargateService(scope: Construct, props: LaneServiceProps): LaneService {
  const { network, taskDefinition } = props;
  const { vpc, taskSubnets, assignPublicIp } = network;
  const cluster = new Cluster(scope, 'Cluster', {
    vpc,
    containerInsightsV2: ContainerInsights.ENABLED,
  });
  const securityGroup = addSecurityGroup(scope, props);
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
  service.node.findChild('Service').node.addDependency(vpc.selectSubnets(taskSubnets).internetConnectivityEstablished);
  publishHighResolutionCpu(service);
  return { service, cluster, securityGroup };
}

function addSecurityGroup(scope: Construct, { network, description }: LaneServiceProps): SecurityGroup {
  const securityGroup = new SecurityGroup(scope, 'ServiceSecurityGroup', {
    vpc: network.vpc,
    description,
    allowAllOutbound: false,
  });
  allowHttps(securityGroup, network);
  return securityGroup;
}

/** Lets the members of a security group connect to port 443 of any address of the network's types. */
function allowHttps(securityGroup: SecurityGroup, { ipAddressType }: LaneNetworkConfig): void {
  securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS);
  if (ipAddressType !== IpAddressType.IPV4) {
    securityGroup.addEgressRule(Peer.anyIpv6(), Port.HTTPS);
  }
}

/** Makes ECS publish the metric of {@link scaleByCpu}, every 20 s instead of every 60 s. */
function publishHighResolutionCpu(service: FargateService): void {
  (service.node.findChild('Service') as CfnService).monitoring = {
    metricConfigurations: [{ metricNames: ['CPUUtilization'], resolutionSeconds: 20 }],
  };
}
