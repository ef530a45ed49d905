import { type CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { call } from './aws';

/** @returns true if the user pool is a resource of the stack */
export async function ownsPool(client: CloudFormationClient, stack: string, userPoolId: string): Promise<boolean> {
  let NextToken: string | undefined;
  do {
    const input = { StackName: stack, NextToken };
    const page = await call('cloudformation:ListStackResources', `the stack ${stack}`, () =>
      client.send(new ListStackResourcesCommand(input)),
    );
    if (page.StackResourceSummaries?.some((one) => one.PhysicalResourceId === userPoolId)) {
      return true;
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return false;
}
