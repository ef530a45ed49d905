import type { RoleBlueprint } from '../blueprint';
import { resourceOf } from './actions';
import { managedPolicy } from './managed-policies';
import { evaluate, type Request } from './policy';

export interface Decision {
  readonly allowed: boolean;
  readonly action: string;
  readonly resource: string;
  /** For a denial: the sentence AWS gives. */
  readonly message?: string;
  /** For a denial that a statement would lift; an explicit deny stays one whatever is added. */
  readonly statementToAdd?: object;
}

/**
 * Decisions kept before all are forgotten. A decision is some 500 bytes; the resources that grow are connections, of
 * which 1,000 are open here at most.
 */
const KEPT = 10_000;

/**
 * Decides what a role may do, by the identity policies of the template. Resource policies, permission boundaries and
 * organizations' policies are not evaluated; neither are conditions on time, whose keys are never present.
 */
export class Authorizer {
  private readonly policies: ReadonlyMap<string, RolePolicies>;
  private readonly decisions = new Map<string, Decision>();

  /** @param mode - `off`: everything is allowed. */
  constructor(
    roles: readonly RoleBlueprint[],
    private readonly mode: 'on' | 'off',
    private readonly region: string,
    private readonly accountId: string,
  ) {
    this.policies = new Map(roles.map((role) => [role.arn, policiesOf(role)]));
  }

  /**
   * @param action - `dynamodb:PutItem`. Throws for an action that no service here has.
   * @param resource - its ARN; `*` for actions without resource
   * @param context - condition keys of the request beyond the global ones
   */
  async authorize(
    roleArn: string,
    action: string,
    resource: string,
    context: Request['context'] = {},
  ): Promise<Decision> {
    if (this.mode === 'off') return { allowed: true, action, resource };

    const { policies, mentions } = this.policies.get(roleArn) ?? NOTHING;
    // What no policy mentions cannot change the decision, and would only keep it from being remembered.
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
        context: { ...this.globalContext(roleArn), ...context },
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

  /** Global condition keys that are the same for every call. TLS is assumed: the plain endpoint stands for one with it. */
  private globalContext(roleArn: string): Record<string, string> {
    return {
      'aws:PrincipalArn': roleArn,
      'aws:PrincipalAccount': this.accountId,
      'aws:PrincipalType': 'AssumedRole',
      'aws:RequestedRegion': this.region,
      'aws:ResourceAccount': this.accountId,
      'aws:SecureTransport': 'true',
    };
  }
}

interface RolePolicies {
  readonly policies: readonly object[];
  /** @returns true if a condition or a variable can depend on the key: its name occurs in the policy, in any case */
  readonly mentions: (key: string) => boolean;
}

/** Of a role that no template describes. */
const NOTHING: RolePolicies = { policies: [], mentions: () => false };

function policiesOf(role: RoleBlueprint): RolePolicies {
  const managed = role.managedPolicyArns.flatMap((name) => managedPolicy(name) ?? []);
  const own = role.policies.map(({ document }) => document);
  const text = JSON.stringify(own).toLowerCase();
  return { policies: [...own, ...managed], mentions: (key) => text.includes(key.toLowerCase()) };
}

/** The session of a role, as AWS writes it in errors: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, without the path. */
function assumedRoleArn(roleArn: string): string {
  const [, partition, , , account] = roleArn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${roleArn.split('/').at(-1)}/local`;
}
