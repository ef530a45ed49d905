import { type IConnectable, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { FunctionNetwork } from '../../functions/function-network';
import type { LaneNetworkConfig } from '../../network/lane-network-config';

/** Port on which a task receives messages for its connections. The load balancer does not forward to it. */
export const POSTS_PORT = 8081;

/**
 * Adds the network of functions that post to tasks: the tasks' subnets, and a security group that admits connections to the tasks and
 * to AWS only. It is the only one that the tasks admit to {@link POSTS_PORT}.
 *
 * @returns undefined for tasks in public subnets, in which a function cannot reach AWS: {@link postingProblems} reports it
 */
export function addPostingNetwork(
  scope: Construct,
  network: LaneNetworkConfig,
  tasks: IConnectable,
): FunctionNetwork | undefined {
  if (network.assignPublicIp) {
    return undefined;
  }
  const { vpc, taskSubnets } = network;
  const securityGroup = new SecurityGroup(scope, 'FunctionSecurityGroup', {
    vpc,
    description: 'Functions of the WebSocket lane: out to the tasks, and by TLS',
    allowAllOutbound: false,
  });
  securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'To DynamoDB and Amazon SQS');
  securityGroup.connections.allowTo(tasks, Port.tcp(POSTS_PORT), 'Messages for connections');
  return { vpc, vpcSubnets: taskSubnets, securityGroups: [securityGroup] };
}

/** @returns a problem if functions that post to the tasks cannot reach AWS. A function has no public address */
export function postingProblems({ assignPublicIp }: LaneNetworkConfig): string[] {
  return assignPublicIp
    ? [
        'network must have private subnets for the functions that post to the servers, got assignPublicIp: true. Fix: use taskSubnets with a NAT gateway or endpoints, or WebSocketEntry.apiGateway()',
      ]
    : [];
}
