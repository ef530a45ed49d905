import { type IVpc, type SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { requireProps } from '../required-props';
import type { ExistingNetworkOptions } from './existing-network-options';
import { addressProblems, loadBalancerProblems, taskProblems } from './existing-network-problems';
import type { LaneNetworkConfig } from './lane-network-config';
import { chooseSubnets, hasIpv6, withKind } from './subnet-choice';

/** A VPC that the app has already, created or imported. */
export class ExistingNetwork {
  constructor(
    private readonly vpc: IVpc,
    private readonly options: ExistingNetworkOptions,
  ) {}

  bind(scope: Construct): LaneNetworkConfig {
    const { vpc, options } = this;
    requireProps(scope, { vpc }, ['vpc']);
    const { assignPublicIp = false, taskSubnets = {} } = options;
    const loadBalancer = chooseSubnets(vpc, withKind(options.loadBalancerSubnets, ONE_PUBLIC_PER_ZONE));
    const tasks = chooseSubnets(
      vpc,
      assignPublicIp ? withKind(taskSubnets, { subnetType: SubnetType.PUBLIC }) : taskSubnets,
    );
    const seen = loadBalancer.subnets.length > 0 && loadBalancer.subnets.every(hasIpv6);
    scope.node.addValidation({
      validate: () => [...loadBalancerProblems(vpc, loadBalancer, options), ...addressProblems(vpc, options)],
    });
    return {
      vpc,
      ipAddressType: options.ipAddressType ?? (seen ? IpAddressType.DUAL_STACK : IpAddressType.IPV4),
      loadBalancerSubnets: { subnets: loadBalancer.subnets },
      taskSubnets: { subnets: tasks.subnets },
      assignPublicIp,
      taskProblems: taskProblems(vpc, tasks, loadBalancer, options),
    };
  }
}

/** A load balancer accepts only one subnet of a zone. */
const ONE_PUBLIC_PER_ZONE: SubnetSelection = { subnetType: SubnetType.PUBLIC, onePerAz: true };
