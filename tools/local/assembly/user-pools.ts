import type { UserPoolBlueprint } from '../blueprint';
import type { Assembly } from './assembly';

/** Reads each `AWS::Cognito::UserPool` with its clients: the parts that matter for tokens. */
export function userPoolsOf(assembly: Assembly): UserPoolBlueprint[] {
  return assembly.ofType('AWS::Cognito::UserPool').map((pool) => ({
    ...pool.regional,
    userPoolId: pool.identity.ref,
    issuer: pool.identity.attributes.ProviderURL ?? '',
    clientIds: assembly
      .ofType('AWS::Cognito::UserPoolClient')
      .filter((client) => client.property('UserPoolId').text() === pool.identity.ref)
      .map((client) => client.identity.ref),
  }));
}
