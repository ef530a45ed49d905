import { DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import type { AwsQuery } from '../aws-checks/query';
import { arnOf } from './arns';
import type { Aws } from './aws';
import type { PlannedStack } from './planned-stack';

/** Queries for the stack of the same name that is already deployed, if there is one. */
export interface DeployedStack {
  /** Status of CloudFormation; undefined if there is no such stack. */
  readonly status: AwsQuery<{ readonly status?: string }>;
  /** The resources that the stack has, which are therefore no conflicts. */
  readonly own: AwsQuery<OwnResources>;
}

/** Resources of the deployed stack. Empty if there is no such stack. */
interface OwnResources {
  /** @param id logical id */
  has(id: string): boolean;
}

export function deployedStack(planned: PlannedStack, aws: Aws): DeployedStack {
  const { stack } = planned;
  const arn = arnOf(planned, 'cloudformation', `stack/${stack}/*`);
  const subject = `the stack ${stack}`;
  return {
    status: {
      action: 'cloudformation:DescribeStacks',
      arn,
      subject,
      run: async () => {
        const described = await ifTheStackExists(() =>
          aws.cloudFormation.send(new DescribeStacksCommand({ StackName: stack })),
        );
        return { status: described?.Stacks?.[0]?.StackStatus };
      },
    },
    own: {
      action: 'cloudformation:ListStackResources',
      arn,
      subject,
      run: async () => ownResources((await ifTheStackExists(() => everyResource(stack, aws))) ?? []),
    },
  };
}

interface Summary {
  readonly LogicalResourceId?: string | undefined;
  readonly ResourceStatus?: string | undefined;
}

async function everyResource(StackName: string, { cloudFormation }: Aws): Promise<Summary[]> {
  const all: Summary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.send(new ListStackResourcesCommand({ StackName, NextToken }));
    all.push(...(page.StackResourceSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return all;
}

/** A resource that was deleted, or kept when the stack lost it, no longer belongs to the stack. */
const GONE = ['DELETE_COMPLETE', 'DELETE_SKIPPED'];

function ownResources(summaries: readonly Summary[]): OwnResources {
  const own = summaries.filter(({ ResourceStatus = '' }) => !GONE.includes(ResourceStatus));
  return {
    has: (id) => own.some(({ LogicalResourceId }) => LogicalResourceId === id),
  };
}

/** CloudFormation has no separate error for a stack that does not exist: it returns a ValidationError with this message. */
async function ifTheStackExists<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist')) {
      return undefined;
    }
    throw error;
  }
}
