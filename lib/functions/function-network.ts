import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';

/** Network of functions that connect to the servers of the lane. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: readonly ISecurityGroup[];
}

/** Reason for the wildcard of {@link grantNetworkInterfaces}. */
export const NETWORK_INTERFACES =
  'Lambda uses the role to manage network interfaces of the function, whose ids are not known in advance. The code of the function is denied these actions.';

/** Actions with which Lambda connects a function to a VPC: those of AWS's policy `AWSLambdaVPCAccessExecutionRole` except for logs. */
const ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Grants the role of a function the permissions with which Lambda connects the function to a VPC. The CDK adds them only to roles
 * that it creates. They are denied to the code of the function: its requests have the key `lambda:SourceFunctionArn`, and those of
 * Lambda do not, by "Working with Lambda execution environment credentials", AWS Lambda Developer Guide. The condition matches any
 * function of the account and Region, because the function depends on this policy, so the policy cannot refer to the function.
 */
export function grantNetworkInterfaces(role: Role): void {
  const anyFunction = Stack.of(role).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  role.addToPolicy(new PolicyStatement({ actions: ACTIONS, resources: ['*'] }));
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ACTIONS,
      resources: ['*'],
      conditions: { ArnLike: { 'lambda:SourceFunctionArn': anyFunction } },
    }),
  );
}
