import { GetFunctionConcurrencyCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../../aws-checks/check';
import type { Deployment } from '../deployment';

const RUNTIME = 'nodejs24.x';
const ARCHITECTURE = 'arm64';

export function functionChecks(deployment: Deployment, aws: Aws): Check[] {
  return deployment.functions.flatMap((fn) => checksOfFunction(fn, deployment, aws));
}

/** Checks the configuration and the concurrency of one function. */
export function checksOfFunction(
  { name, reserved, traced }: Deployment['functions'][number],
  { partition, region, account, posting }: Deployment,
  aws: Aws,
): Check[] {
  const resource = {
    arn: `arn:${partition}:lambda:${region}:${account}:function:${name}`,
    subject: `the function ${name}`,
  };
  const configuration = {
    ...resource,
    action: 'lambda:GetFunctionConfiguration',
    run: () => aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })),
  };
  const concurrency = {
    ...resource,
    action: 'lambda:GetFunctionConcurrency',
    run: () => aws.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: name })),
  };
  const connected = check(
    `${name} is in the VPC, with the security group that the tasks admit`,
    [configuration],
    (found) => {
      const groups = found.VpcConfig?.SecurityGroupIds ?? [];
      return {
        passed: groups.length > 0 && groups.every((group) => posting?.securityGroups.includes(group)),
        found: groups.join(', ') || 'not in a VPC',
      };
    },
  );
  return [
    check(
      `${name} uses ${RUNTIME} on ${ARCHITECTURE}, is active, and has tracing ${traced ? 'on' : 'off'}`,
      [configuration],
      (found) => {
        const { Runtime, Architectures = [], State, LastUpdateStatus, TracingConfig } = found;
        return {
          passed:
            Runtime === RUNTIME &&
            Architectures.join() === ARCHITECTURE &&
            State === 'Active' &&
            LastUpdateStatus === 'Successful' &&
            (TracingConfig?.Mode === 'Active') === traced,
          pending: State === 'Pending' || LastUpdateStatus === 'InProgress',
          found: facts(
            Runtime,
            ...Architectures,
            State,
            `last update ${facts(LastUpdateStatus)}`,
            TracingConfig?.Mode === 'Active' ? 'tracing on' : 'tracing off',
          ),
        };
      },
    ),
    check(`${name} has ${reservation(reserved)}`, [concurrency], ({ ReservedConcurrentExecutions }) => ({
      passed: ReservedConcurrentExecutions === reserved,
      found: reservation(ReservedConcurrentExecutions),
    })),
    ...(posting?.functions.includes(name) ? [connected] : []),
  ];
}

function reservation(count: number | undefined): string {
  return count === undefined ? 'no reserved concurrency' : `a reserved concurrency of ${count}`;
}
