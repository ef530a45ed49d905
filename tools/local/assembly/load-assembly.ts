import { resolve } from 'node:path';
import type { Blueprint } from '../blueprint';
import { Assembly } from './assembly';
import { withInvokeConfigs } from './asynchronous-invocations';
import { AssemblyError } from './assembly-error';
import type { AssemblyOptions } from './assembly-options';
import { bucketsOf } from './buckets';
import { checkValues } from './check-values';
import { customResourceFunctionsOf } from './custom-resources';
import { distributionsOf } from './distributions';
import { reportDuplicateNames } from './duplicate-names';
import { eventSourcesOf } from './event-sources';
import { FunctionArns, functionsOf } from './functions';
import { loadBalancersOf } from './load-balancers';
import { NotEmulated } from './not-emulated';
import { installedPython } from './python';
import { queuesOf } from './queues';
import { rolesOf } from './roles';
import { rulesOf } from './rules';
import { sdkFoldersOf } from './runtime-sdk';
import { secretBlueprintsOf } from './secrets';
import { servicesOf } from './services';
import { ssmParametersOf } from './ssm-parameters';
import { tablesOf } from './tables';
import { targetGroupsOf } from './target-groups';
import { topicsOf } from './topics';
import { userPoolsOf } from './user-pools';
import { webSocketApisOf } from './web-socket-apis';

/**
 * Reads the output of `cdk synth`: the selected stacks, with every reference that a run needs resolved.
 *
 * Throws {@link AssemblyError} with all problems that prevent a run: references that only AWS could resolve (with
 * logical id and property), missing assets of layers, names that two stacks have in common, a folder without an assembly.
 *
 * @param directory - the folder that holds `manifest.json`, `cdk.out` by default
 */
export function loadAssembly(directory: string, options: AssemblyOptions = {}): Blueprint {
  const assembly = new Assembly(directory, options);
  const notEmulated = new NotEmulated();
  for (const { type, logicalId, declaredId, stack } of assembly.declared()) {
    if (!stack.nestedStack(declaredId)) notEmulated.addIfUnknown(type, logicalId);
  }
  checkValues(assembly, notEmulated);

  const sdkFolders = sdkFoldersOf(resolve(directory), process.cwd());
  const ofCustomResources = customResourceFunctionsOf(assembly);
  const declared = functionsOf(assembly, { sdkFolders, ofCustomResources, findPython: installedPython }, notEmulated);
  const functions = withInvokeConfigs(assembly, declared, notEmulated);
  const functionsRead = { ...declared, functions };
  const functionArns = new FunctionArns(functionsRead);
  const tables = tablesOf(assembly);
  const queues = queuesOf(assembly);
  const services = servicesOf(assembly, notEmulated);
  const targetGroups = targetGroupsOf(assembly, functionArns);
  const loadBalancers = loadBalancersOf(assembly, targetGroups, notEmulated);
  const webSocketApis = webSocketApisOf(assembly, functionArns, notEmulated);
  const distributions = distributionsOf(assembly, { loadBalancers, webSocketApis }, notEmulated);
  const rolesUsed = [
    ...functions.map(({ roleArn }) => roleArn),
    ...services.map(({ taskRoleArn }) => taskRoleArn),
    ...rolesOfIntegrations(webSocketApis),
  ];
  const blueprint: Blueprint = {
    accountId: assembly.accountId,
    ...functionsRead,
    tables,
    queues,
    ssmParameters: ssmParametersOf(assembly, notEmulated),
    secrets: secretBlueprintsOf(assembly.secrets, notEmulated),
    services,
    topics: topicsOf(assembly, functionArns, queues, notEmulated),
    eventBuses: assembly.ofType('AWS::Events::EventBus').map((bus) => bus.regional),
    rules: rulesOf(assembly, functionArns, notEmulated),
    roles: rolesOf(assembly, rolesUsed, notEmulated),
    eventSources: eventSourcesOf(assembly, functionArns, tables, queues, notEmulated),
    userPools: userPoolsOf(assembly),
    webSocketApis,
    loadBalancers,
    distributions,
    buckets: bucketsOf(assembly, distributions, notEmulated),
    notEmulated: notEmulated.rows,
  };
  reportDuplicateNames(assembly);
  if (assembly.problems.length > 0) throw new AssemblyError(directory, assembly.problems);
  return blueprint;
}

function rolesOfIntegrations(apis: Blueprint['webSocketApis']): string[] {
  return apis
    .flatMap(({ routes }) => routes)
    .flatMap(({ integration }) => ('credentialsArn' in integration ? [integration.credentialsArn ?? ''] : []));
}
