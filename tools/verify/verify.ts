import { exitCodeOf, type Terminal } from '../cli';
import { connect } from './aws';
import { queriesOf } from '../aws-checks/check';
import { checkGroups, notChecked } from './check-groups';
import { parseDeployment } from './deployment';
import { type Options, parse } from './options';
import type { Outside } from './outside';
import { policy } from '../aws-checks/policy';
import { isAwsQuery, permissionsOf } from '../aws-checks/query';
import { json, runChecks } from '../aws-checks/run-checks';
import { outputsInFile, outputsOfStack, type StackOutputs } from './stack-outputs';

/** Runs the command. Prints to the terminal and resolves to the exit code (see {@link runChecks}). */
export function verify(args: readonly string[], terminal: Terminal, now: Date, outside: Outside): Promise<number> {
  return exitCodeOf(() => run(parse(args, terminal), terminal, now, outside), terminal);
}

async function run({ source, print }: Options, terminal: Terminal, now: Date, outside: Outside): Promise<number> {
  const deployment = parseDeployment(await outputs(source));
  const { stack, partition, region, account } = deployment;
  const groups = checkGroups(deployment, connect(region), outside, now);
  if (print === 'policy') {
    const outputsPermission = {
      action: 'cloudformation:DescribeStacks',
      arn: `arn:${partition}:cloudformation:${region}:${account}:stack/${stack}/*`,
    };
    const queries = [...queriesOf(groups)].filter(isAwsQuery);
    terminal.stdout.write(json(policy([outputsPermission, ...queries.flatMap(permissionsOf)])));
    return 0;
  }
  return runChecks({ stack, region, groups, notChecked: notChecked(deployment) }, print, terminal, now);
}

function outputs(source: Options['source']): StackOutputs | Promise<StackOutputs> {
  return 'file' in source
    ? outputsInFile(source.file, source.stack)
    : outputsOfStack(connect(source.region).cloudFormation, source.stack);
}
