import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';

/** Network of functions that connect to the servers of the lane. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: readonly ISecurityGroup[];
}

/** Reason for the wildcard of {@link grantNetworkInterfaces}. */
export const NETWORK_INTERFACES =
  'Lambda uses the role to manage network interfaces of the function, whose ids are not known in advance.';

/**
 * Grants the role of a function the permissions with which Lambda connects the function to a VPC. The CDK adds them only to roles
 * that it creates. They are those of AWS's policy `AWSLambdaVPCAccessExecutionRole` without its permissions for logs.
 */
export function grantNetworkInterfaces(grantee: IGrantable): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resourceArns: ['*'],
  });
}
