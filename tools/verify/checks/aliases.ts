import { type AliasConfiguration, ListAliasesCommand } from '@aws-sdk/client-lambda';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import type { Deployment } from '../deployment';

/** Checks that no gradual deployment of a function is in progress, or was left before its end. */
export function aliasChecks({ functions, partition, region, account }: Deployment, aws: Aws): Check[] {
  const queries = functions.map(({ name }): Query<string[]> => ({
    action: 'lambda:ListAliases',
    arn: `arn:${partition}:lambda:${region}:${account}:function:${name}`,
    subject: `the function ${name}`,
    run: async () => {
      const { Aliases } = await aws.lambda.send(new ListAliasesCommand({ FunctionName: name }));
      return Aliases?.flatMap((alias) => divided(name, alias));
    },
  }));
  const each = check('Each alias of a function sends all invocations to one version', queries, (...found) => {
    const all = found.flat();
    return {
      passed: all.length === 0,
      // CodeDeploy shifts the weights within minutes, and removes them at the end, also of a rollback.
      pending: true,
      found: all.length === 0 ? 'one version each' : all.join('; '),
    };
  });
  return queries.length > 0 ? [each] : [];
}

/** @returns `connect:live: 10 % to version 7, and the others to version 6`; none for an alias with one version */
function divided(name: string, { Name = '', FunctionVersion = '', RoutingConfig }: AliasConfiguration): string[] {
  return Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {}).map(
    ([version, weight]) =>
      `${name}:${Name}: ${Math.round(100 * weight)} % to version ${version}, and the others to version ${FunctionVersion}`,
  );
}
