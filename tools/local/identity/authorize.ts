import type { RoleBlueprint } from '../blueprint';
import { resourceOf } from './actions';
import { managedPolicy } from './managed-policies';
import { evaluate, type Request } from './policy';

export interface Decision {
  readonly allowed: boolean;
  readonly action: string;
  readonly resource: string;
  /** For a denial: AWS's message. */
  readonly message?: string;
  /** For an implicit denial: the statement that would allow the call. No statement overrides an explicit deny. */
  readonly statementToAdd?: object;
}

/**
 * Maximum number of cached decisions; the cache is cleared when it is full. A decision has about 500 bytes. Only the number
 * of connections as resources grows, and at most 1,000 are open here.
 */
const KEPT = 10_000;

/**
 * Authorizes the calls of a role by the identity-based policies of the template. Resource policies, permissions boundaries
 * and service control policies are not evaluated; neither are conditions on time, whose keys are never present.
 */
export class Authorizer {
  private readonly policies: ReadonlyMap<string, RolePolicies>;
  private readonly decisions = new Map<string, Decision>();

  /** @param mode - `off`: everything is allowed. */
  constructor(
    roles: readonly RoleBlueprint[],
    private readonly mode: 'on' | 'off',
  ) {
    this.policies = new Map(roles.map((role) => [role.arn, policiesOf(role)]));
  }

  /**
   * @param action - `dynamodb:PutItem`. Throws for an action that no emulated service has
   * @param resource - its ARN; `*` for actions without resource
   * @param context - condition keys of the request beyond the global ones; `aws:RequestedRegion` if it is not the Region of the resource
   */
  async authorize(
    roleArn: string,
    action: string,
    resource: string,
    context: Request['context'] = {},
  ): Promise<Decision> {
    if (this.mode === 'off') return { allowed: true, action, resource };

    const { policies, mentions } = this.policies.get(roleArn) ?? NOTHING;
    // A key that no policy mentions cannot change the decision. It would only make the cache less effective.
    const relevant = Object.fromEntries(Object.entries(context).filter(([key]) => mentions(key)));
    const request = JSON.stringify([roleArn, action, resource, relevant]);
    const known = this.decisions.get(request);
    if (known) return known;

    if (this.decisions.size >= KEPT) this.decisions.clear();
    const decision = this.decide(roleArn, { action, resource, context: relevant }, policies);
    this.decisions.set(request, decision);
    return decision;
  }

  private decide(roleArn: string, { action, resource, context }: Request, policies: readonly object[]): Decision {
    let outcome: ReturnType<typeof evaluate>;
    try {
      outcome = evaluate(policies, {
        action,
        resource: resourceOf(action, resource),
        context: { ...globalContext(roleArn, resource), ...context },
      });
    } catch (error) {
      throw new Error(`IAM cannot decide ${action} on ${resource} for ${roleArn}: ${(error as Error).message}`);
    }
    if (outcome === 'Allowed') return { allowed: true, action, resource };

    const explicit = outcome === 'ExplicitlyDenied';
    const reason = explicit
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
    return {
      allowed: false,
      action,
      resource,
      message: `User: ${assumedRoleArn(roleArn)} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
      ...(!explicit && { statementToAdd: { Effect: 'Allow', Action: action, Resource: resource } }),
    };
  }
}

/** Global condition keys of every call. TLS counts as present, as it is on AWS. */
function globalContext(roleArn: string, resource: string): Record<string, string> {
  const { accountId } = placeOf(roleArn);
  const place = placeOf(resource);
  return {
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalType': 'AssumedRole',
    'aws:RequestedRegion': place.region,
    'aws:ResourceAccount': place.accountId || accountId,
    'aws:SecureTransport': 'true',
  };
}

/** The Region and account in an ARN; '' for one that it does not have. */
function placeOf(arn: string): { region: string; accountId: string } {
  const [, , , region = '', accountId = ''] = arn.split(':');
  return { region, accountId };
}

interface RolePolicies {
  readonly policies: readonly object[];
  /** @returns true if a condition or a variable can depend on the key: its name occurs in the policy, in any case */
  readonly mentions: (key: string) => boolean;
}

/** Policies of a role that the template does not contain. */
const NOTHING: RolePolicies = { policies: [], mentions: () => false };

function policiesOf(role: RoleBlueprint): RolePolicies {
  const managed = role.managedPolicyArns.flatMap((name) => managedPolicy(name) ?? []);
  const own = role.policies.map(({ document }) => document);
  const text = JSON.stringify(own).toLowerCase();
  return { policies: [...own, ...managed], mentions: (key) => text.includes(key.toLowerCase()) };
}

/** The ARN of a role's session, as in AWS's errors: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, without the path. */
function assumedRoleArn(roleArn: string): string {
  const [, partition, , , account] = roleArn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${roleArn.split('/').at(-1)}/local`;
}
