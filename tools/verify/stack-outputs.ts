import { readFileSync } from 'node:fs';
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { CommandError } from '../cli';
import { reason } from '../aws-checks/query';

/** A stack's outputs, not parsed. */
export interface StackOutputs {
  readonly stack: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Reads the outputs from CloudFormation. @throws {CommandError} if the stack does not exist, or there is no answer */
export async function outputsOfStack(client: CloudFormationClient, stack: string): Promise<StackOutputs> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return {
      stack,
      values: Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
    };
  } catch (error) {
    if (error instanceof Error && error.message === 'Region is missing') {
      throw new CommandError('No Region is set. Fix: pass --region or set AWS_REGION.', { cause: error });
    }
    if (error instanceof Error && error.message.startsWith('Region not accepted')) {
      throw new CommandError(
        'The Region is not the name of one. Fix: pass --region or set AWS_REGION, such as us-east-1.',
        {
          cause: error,
        },
      );
    }
    // CloudFormation has no separate error for this: it returns a ValidationError with this message.
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist')) {
      throw new CommandError(
        `The stack ${stack} does not exist in ${await client.config.region()}. Fix: check its name, the Region and the account.`,
        { cause: error },
      );
    }
    const why = reason(error, [{ action: 'cloudformation:DescribeStacks', arn: `the stack ${stack}` }]);
    throw new CommandError(`The outputs of the stack ${stack} cannot be read: ${why}`, { cause: error });
  }
}

const OutputsFile = z.record(z.string(), z.record(z.string(), z.string()));

/**
 * Reads a file that `cdk deploy --outputs-file` wrote: `{ "Stack": { "Key": "value" } }`.
 *
 * @param stack name of one of the file's stacks; optional if the file has only one
 * @throws {CommandError} if the file cannot be read, has another shape, or does not contain the stack
 */
export function outputsInFile(path: string, stack?: string): StackOutputs {
  const stacks = new Map(Object.entries(parse(path, read(path))));
  const names = [...stacks.keys()];
  const name = stack ?? (names.length === 1 ? names[0] : undefined);
  const values = name === undefined ? undefined : stacks.get(name);
  if (name === undefined || values === undefined) {
    const problem = stack === undefined ? 'must have one stack unless --stack is passed' : `has no stack ${stack}`;
    throw new CommandError(
      `${path} ${problem}, got ${names.join(', ') || 'none'}. Fix: pass --stack with the name of a stack in the file.`,
    );
  }
  return { stack: name, values };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(
      `The outputs file cannot be read: ${(error as NodeJS.ErrnoException).message}. Fix: check the path.`,
      {
        cause: error,
      },
    );
  }
}

function parse(path: string, text: string): z.infer<typeof OutputsFile> {
  try {
    return OutputsFile.parse(JSON.parse(text));
  } catch (error) {
    const why =
      error instanceof SyntaxError ? 'is not JSON' : 'does not have the shape { "Stack": { "Key": "value" } }';
    throw new CommandError(`${path} ${why}. Fix: write it with cdk deploy --outputs-file ${path}.`, { cause: error });
  }
}
