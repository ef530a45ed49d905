import type { RoleBlueprint } from '../../blueprint';
import { evaluate } from '../../identity/policy';

interface Statement {
  readonly Principal?: string | { readonly AWS?: string | readonly string[] };
}

/**
 * Evaluates the trust policy of a role.
 *
 * `direct`: it names the caller in the same account, whose own policies need not allow the call. `account`: they must allow it, because the
 * trust policy names an account, or the caller is in another account. `none`: the role cannot be assumed. Source: "Cross-account policy
 * evaluation logic" and "Policy evaluation for requests within a single account", IAM User Guide.
 *
 * @param caller ARN of the caller's role
 * @param input of AssumeRole, for the condition key `sts:ExternalId`
 */
export function trustOf(
  { arn, trustPolicy }: RoleBlueprint,
  caller: string,
  input: Readonly<Record<string, unknown>>,
): 'direct' | 'account' | 'none' {
  const account = accountOf(caller);
  const root = `${caller.split(':').slice(0, 3).join(':')}::${account}:root`;
  const allows = (...principals: string[]) => {
    const applies = ({ Principal }: Statement) =>
      principalsOf(Principal).some((principal) => principals.includes(principal));
    const { Version, Statement = [] } = (trustPolicy ?? {}) as {
      Version?: string;
      Statement?: Statement | Statement[];
    };
    const statements = [Statement].flat().filter(applies);
    const document = {
      ...(Version && { Version }),
      Statement: statements.map(({ Principal: _, ...rest }) => ({ ...rest, Resource: '*' })),
    };
    const context = {
      'aws:PrincipalArn': caller,
      'aws:PrincipalAccount': account,
      'aws:PrincipalType': 'AssumedRole',
      'aws:SecureTransport': 'true',
      'sts:RoleSessionName': String(input.RoleSessionName),
      ...(typeof input.ExternalId === 'string' && { 'sts:ExternalId': input.ExternalId }),
    };
    return evaluate([document], { action: 'sts:AssumeRole', resource: arn, context });
  };
  if (allows(caller, account, root, '*') !== 'Allowed') {
    return 'none';
  }
  return allows(caller) === 'Allowed' && accountOf(arn) === account ? 'direct' : 'account';
}

function principalsOf(principal: Statement['Principal']): readonly string[] {
  return typeof principal === 'object' ? [principal.AWS ?? []].flat() : [principal ?? []].flat();
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
