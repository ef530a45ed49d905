import type { UserPoolBlueprint } from '../blueprint';
import type { Assembly } from './assembly';

/** `AWS::Cognito::UserPool` with its clients, as far as it issues tokens. */
export function userPoolsOf(assembly: Assembly): UserPoolBlueprint[] {
  return assembly.ofType('AWS::Cognito::UserPool').map((pool) => ({
    ...pool.named,
    userPoolId: pool.identity.ref,
    issuer: pool.identity.attributes.ProviderURL ?? '',
    clientIds: assembly
      .ofType('AWS::Cognito::UserPoolClient')
      .filter((client) => client.property('UserPoolId').text() === pool.identity.ref)
      .map((client) => client.identity.ref),
  }));
}
