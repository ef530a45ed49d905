import { queriesOf } from '../aws-checks/check';
import { policy } from '../aws-checks/policy';
import { isAwsQuery, permissionsOf } from '../aws-checks/query';
import { json, runChecks } from '../aws-checks/run-checks';
import { exitCodeOf, type Terminal } from '../cli';
import { checkGroups } from './check-groups';
import { notChecked } from './not-checked';
import { type Options, parse } from './options';
import type { Outside } from './outside';
import { type PlannedStack, readPlannedStack } from './planned-stack';

/** Runs the command. Prints to the terminal and resolves to the exit code (see {@link runChecks}). */
export function preflight(args: readonly string[], terminal: Terminal, now: Date, outside: Outside): Promise<number> {
  return exitCodeOf(() => run(parse(args, terminal), terminal, now, outside), terminal);
}

async function run(options: Options, terminal: Terminal, now: Date, outside: Outside): Promise<number> {
  const planned = await plannedStack(options, outside);
  const { stack, region } = planned;
  const groups = checkGroups(planned, outside.connect(region), outside);
  if (options.print === 'policy') {
    const queries = [...queriesOf(groups)].filter(isAwsQuery);
    terminal.stdout.write(json(policy(queries.flatMap(permissionsOf))));
    return 0;
  }
  return runChecks({ stack, region, groups, notChecked: notChecked(planned) }, options.print, terminal, now);
}

function plannedStack({ app, context, stack }: Options, { synthesize }: Outside): PlannedStack | Promise<PlannedStack> {
  return app === undefined
    ? synthesize(context, (folder) => readPlannedStack(folder, stack))
    : readPlannedStack(app, stack);
}
