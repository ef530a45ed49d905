import { readFileSync } from 'node:fs';
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { CommandError } from '../cli';
import { reason } from './question';

/** A stack's outputs as they were written: what the deployment says of itself. */
export interface StackOutputs {
  readonly stack: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Asks CloudFormation. @throws {CommandError} if there is no such stack, or no answer */
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
      throw new CommandError(`No region is set: say --region, or set AWS_REGION`, { cause: error });
    }
    // CloudFormation has no error of its own for this: it answers ValidationError and says so in words.
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist')) {
      throw new CommandError(
        `There is no stack ${stack} in ${await client.config.region()}: check its name, the region and the account`,
        { cause: error },
      );
    }
    const why = reason(error, { action: 'cloudformation:DescribeStacks', arn: `the stack ${stack}` });
    throw new CommandError(`The outputs of the stack ${stack} cannot be read: ${why}`, { cause: error });
  }
}

const OutputsFile = z.record(z.string(), z.record(z.string(), z.string()));

/**
 * Reads a file that `cdk deploy --outputs-file` wrote: `{ "Stack": { "Key": "value" } }`.
 *
 * @param stack which of the file's stacks; may be left out if there is one only
 * @throws {CommandError} if the file cannot be read, is no such file, or does not say which stack is meant
 */
export function outputsInFile(path: string, stack?: string): StackOutputs {
  const stacks = new Map(Object.entries(parse(path, read(path))));
  const names = [...stacks.keys()];
  const name = stack ?? (names.length === 1 ? names[0] : undefined);
  const values = name === undefined ? undefined : stacks.get(name);
  if (name === undefined || values === undefined) {
    const wanted = stack === undefined ? 'say which stack with --stack' : `it holds no stack ${stack}`;
    throw new CommandError(`${path}: ${wanted}; there are: ${names.join(', ') || 'none'}`);
  }
  return { stack: name, values };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(`The outputs file cannot be read: ${(error as NodeJS.ErrnoException).message}`, {
      cause: error,
    });
  }
}

function parse(path: string, text: string): z.infer<typeof OutputsFile> {
  try {
    return OutputsFile.parse(JSON.parse(text));
  } catch (error) {
    const why =
      error instanceof SyntaxError ? 'is not JSON' : 'does not have the shape { "Stack": { "Key": "value" } }';
    throw new CommandError(`${path} ${why}: write it with cdk deploy --outputs-file ${path}`, { cause: error });
  }
}
