import type { Blueprint } from '../blueprint';
import { Assembly } from './assembly';
import { AssemblyError } from './assembly-error';
import { bucketsOf } from './buckets';
import { distributionsOf } from './distributions';
import { eventSourcesOf } from './event-sources';
import { FunctionNames, functionsOf } from './functions';
import { loadBalancersOf } from './load-balancers';
import { NotEmulated } from './not-emulated';
import { queuesOf } from './queues';
import { rolesOf } from './roles';
import { servicesOf } from './services';
import { tablesOf } from './tables';
import { targetGroupsOf } from './target-groups';
import { userPoolsOf } from './user-pools';
import { webSocketApisOf } from './web-socket-apis';

/**
 * Reads the output of `cdk synth`: all stacks, with every reference that a run needs resolved.
 *
 * Throws {@link AssemblyError} with all problems that prevent a run: references that only AWS could resolve (with
 * logical id and property), missing assets, a folder without an assembly.
 *
 * @param directory - the folder that holds `manifest.json`, `cdk.out` by default
 */
export function loadAssembly(directory: string): Blueprint {
  const assembly = new Assembly(directory);
  const notEmulated = new NotEmulated();
  for (const { type, logicalId } of assembly.declared()) notEmulated.addIfUnknown(type, logicalId);

  const functions = functionsOf(assembly, notEmulated);
  const functionNames = new FunctionNames(functions);
  const tables = tablesOf(assembly);
  const queues = queuesOf(assembly);
  const services = servicesOf(assembly, notEmulated);
  const targetGroups = targetGroupsOf(assembly, functionNames);
  const loadBalancers = loadBalancersOf(assembly, targetGroups, notEmulated);
  const webSocketApis = webSocketApisOf(assembly, functionNames, notEmulated);
  const distributions = distributionsOf(assembly, { loadBalancers, webSocketApis }, notEmulated);
  const rolesUsed = [...functions.map(({ roleArn }) => roleArn), ...services.map(({ taskRoleArn }) => taskRoleArn)];
  const blueprint: Blueprint = {
    ...assembly.environment,
    functions,
    tables,
    queues,
    services,
    roles: rolesOf(assembly, rolesUsed, notEmulated),
    eventSources: eventSourcesOf(assembly, functionNames, tables, queues, notEmulated),
    userPools: userPoolsOf(assembly),
    webSocketApis,
    loadBalancers,
    distributions,
    buckets: bucketsOf(assembly, distributions, notEmulated),
    notEmulated: notEmulated.rows,
  };
  if (assembly.problems.length > 0) throw new AssemblyError(directory, assembly.problems);
  return blueprint;
}
