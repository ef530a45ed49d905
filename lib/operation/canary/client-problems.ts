import { Stack, Token } from 'aws-cdk-lib';
import { CfnUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { SignInUserPool } from '../../authentication/authentication';

/** Flows of an app client by which a program with AWS credentials can sign in with a password. The second one is the older name. */
const FLOWS = ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'];

/** @returns problems of a pool and its app client with which the canary cannot sign in. An imported client is not checked */
export function clientProblems(scope: Construct, { userPool, client }: SignInUserPool): string[] {
  const resource = client.node.findAll().find((child) => child instanceof CfnUserPoolClient);
  return [
    ...accountProblems(scope, userPool.env.account),
    ...(resource ? [...flowProblems(resource), ...secretProblems(resource)] : []),
  ];
}

/** User pools have no policies that let another account use them. */
function accountProblems(scope: Construct, accountOfPool: string): string[] {
  const { account } = Stack.of(scope);
  const isKnown = !Token.isUnresolved(account) && !Token.isUnresolved(accountOfPool);
  return isKnown && account !== accountOfPool
    ? [
        `the user pool must be in the account of the stack, ${account}, so that the canary can sign in, got ${accountOfPool}. Fix: remove the canary`,
      ]
    : [];
}

function flowProblems(resource: CfnUserPoolClient): string[] {
  const flows = propertyOf(resource, 'ExplicitAuthFlows');
  // A list with a value that only the deployment knows, such as a parameter, can contain the flow.
  const isKnown = flows === undefined || (Array.isArray(flows) && flows.every((flow) => typeof flow === 'string'));
  return !isKnown || flows?.some((flow) => FLOWS.includes(flow))
    ? []
    : [
        `the app client ${resource.node.path} must allow the flow ADMIN_USER_PASSWORD_AUTH, with which the canary signs in, got ${JSON.stringify(flows) ?? 'undefined'}. Fix: set authFlows.adminUserPassword of the client to true`,
      ];
}

function secretProblems(resource: CfnUserPoolClient): string[] {
  const generateSecret = propertyOf(resource, 'GenerateSecret');
  return generateSecret === true
    ? [
        `the app client ${resource.node.path} must have no secret, so that the canary can sign in, got generateSecret true. Fix: use a client with generateSecret false`,
      ]
    : [];
}

/** @returns a property as the template has it, with the overrides of the user */
function propertyOf(resource: CfnUserPoolClient, name: string): unknown {
  const template = Stack.of(resource).resolve(resource._toCloudFormation()) as Template;
  return Object.values(template.Resources)[0]?.Properties?.[name];
}

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Properties?: Readonly<Record<string, unknown>> }>>;
}
