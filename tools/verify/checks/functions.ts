import { GetFunctionConcurrencyCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../check';
import type { Deployment } from '../deployment';

const RUNTIME = 'nodejs24.x';
const ARCHITECTURE = 'arm64';

export function functionChecks(deployment: Deployment, aws: Aws): Check[] {
  const { partition, region, account } = deployment;
  return deployment.functions.flatMap(({ name, reserved }) => {
    const resource = {
      arn: `arn:${partition}:lambda:${region}:${account}:function:${name}`,
      subject: `the function ${name}`,
    };
    const configuration = {
      ...resource,
      action: 'lambda:GetFunctionConfiguration',
      ask: () => aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })),
    };
    const concurrency = {
      ...resource,
      action: 'lambda:GetFunctionConcurrency',
      ask: () => aws.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: name })),
    };
    return [
      check(`${name} runs on ${RUNTIME} and ${ARCHITECTURE}, active and traced`, [configuration], (found) => {
        const { Runtime, Architectures = [], State, LastUpdateStatus, TracingConfig } = found;
        return {
          kept:
            Runtime === RUNTIME &&
            Architectures.join() === ARCHITECTURE &&
            State === 'Active' &&
            LastUpdateStatus === 'Successful' &&
            TracingConfig?.Mode === 'Active',
          found: facts(
            Runtime,
            ...Architectures,
            State,
            `last update ${facts(LastUpdateStatus)}`,
            TracingConfig?.Mode === 'Active' ? 'traced' : 'not traced',
          ),
        };
      }),
      check(`${name} has ${reservation(reserved)}`, [concurrency], ({ ReservedConcurrentExecutions }) => ({
        kept: ReservedConcurrentExecutions === reserved,
        found: reservation(ReservedConcurrentExecutions),
      })),
    ];
  });
}

function reservation(count: number | undefined): string {
  return count === undefined ? 'no concurrency reserved' : `a concurrency of ${count} reserved`;
}
