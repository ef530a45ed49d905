import { runQueries } from './run-queries';
import { connect } from './aws';
import { findings } from './check';
import { parseDeployment } from './deployment';
import { type Options, parse } from './options';
import { policy } from './policy';
import { notChecked, checkGroups, queriesOf } from './check-groups';
import { isAwsQuery, type Outcome, type Query } from './query';
import { exitCode, report } from './report';
import { outputsInFile, outputsOfStack, type StackOutputs } from './stack-outputs';
import { table } from './table';
import { CommandError, exitCodeOf, lookOf, progressLine, type Terminal } from '../cli';

/** Runs the command. Prints to the terminal and resolves to the exit code (see {@link exitCode}). */
export function verify(args: readonly string[], terminal: Terminal, now: Date): Promise<number> {
  return exitCodeOf(() => run(parse(args, terminal), terminal, now), terminal);
}

async function run({ source, print }: Options, { stdout, stderr }: Terminal, now: Date): Promise<number> {
  const deployment = parseDeployment(await outputs(source));
  const { stack, partition, region, account } = deployment;
  const groups = checkGroups(deployment, connect(region), now);
  const queries = queriesOf(groups);
  if (print === 'policy') {
    const outputsQuery = {
      action: 'cloudformation:DescribeStacks',
      arn: `arn:${partition}:cloudformation:${region}:${account}:stack/${stack}/*`,
    };
    stdout.write(json(policy([outputsQuery, ...[...queries].filter(isAwsQuery)])));
    return 0;
  }
  const line = progressLine(stderr);
  const outcomes = await runQueries(queries, (finished) => line.show(`${finished} of ${queries.size} calls finished`));
  line.clear();
  throwIfAwsAnsweredNothing(outcomes);
  const result = report({ stack, region }, now, findings(groups, outcomes), notChecked(deployment));
  stdout.write(print === 'json' ? json(result) : table(result, lookOf(stdout)));
  return exitCode(result);
}

function outputs(source: Options['source']): StackOutputs | Promise<StackOutputs> {
  return 'file' in source
    ? outputsInFile(source.file, source.stack)
    : outputsOfStack(connect(source.region).cloudFormation, source.stack);
}

/** Throws if all AWS calls failed for the same reason, such as missing credentials. One error replaces a table of `unknown`. */
function throwIfAwsAnsweredNothing(outcomes: ReadonlyMap<Query, Outcome>): void {
  const ofAws = [...outcomes].filter(([query]) => isAwsQuery(query));
  const [reason, ...others] = new Set(
    ofAws.map(([, outcome]) => ('unanswered' in outcome ? outcome.unanswered : undefined)),
  );
  if (reason !== undefined && others.length === 0) {
    throw new CommandError(`Nothing could be checked: ${reason}`);
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
