import { isWildcardOnlyAction, runSimulation } from '@cloud-copilot/iam-simulate';
import type { RoleBlueprint } from '../blueprint';
import { managedPolicy } from './managed-policies';

/** Values of condition keys: `{'dynamodb:LeadingKeys': ['topic-1']}`. */
export type Context = Readonly<Record<string, string | string[]>>;

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
  private readonly decisions = new Map<string, Promise<Decision>>();

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
   * @param action - `dynamodb:PutItem`. One that AWS does not have is an error.
   * @param resource - its ARN; `*` for actions without resource
   * @param context - condition keys of the request beyond the global ones
   */
  async authorize(roleArn: string, action: string, resource: string, context: Context = {}): Promise<Decision> {
    if (this.mode === 'off') return { allowed: true, action, resource };

    const { identityPolicies, mentions } = this.policies.get(roleArn) ?? NOTHING;
    // What no policy mentions cannot change the decision, and would only keep it from being remembered.
    const relevant = Object.fromEntries(Object.entries(context).filter(([key]) => mentions(key)));
    const request = JSON.stringify([roleArn, action, resource, relevant]);
    const known = this.decisions.get(request);
    if (known) return known;

    if (this.decisions.size >= KEPT) this.decisions.clear();
    const decision = this.decide(roleArn, action, resource, relevant, identityPolicies);
    this.decisions.set(request, decision);
    return decision;
  }

  private async decide(
    roleArn: string,
    action: string,
    resource: string,
    context: Context,
    identityPolicies: RolePolicies['identityPolicies'],
  ): Promise<Decision> {
    const principal = assumedRoleArn(roleArn);
    const [service = '', operation = ''] = action.split(':');
    const simulated = await runSimulation(
      {
        request: {
          principal,
          action,
          resource: {
            resource: (await isWildcardOnlyAction(service, operation)) ? '*' : resource,
            accountId: this.accountId,
          },
          contextVariables: { ...this.globalContext(roleArn), ...context },
        },
        identityPolicies,
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
    if (simulated.resultType === 'error') {
      throw new Error(`IAM cannot decide ${action} on ${resource} for ${roleArn}: ${JSON.stringify(simulated.errors)}`);
    }
    if (simulated.overallResult === 'Allowed') return { allowed: true, action, resource };

    const explicit = simulated.overallResult === 'ExplicitlyDenied';
    const reason = explicit
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
    return {
      allowed: false,
      action,
      resource,
      message: `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
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
  readonly identityPolicies: { readonly name: string; readonly policy: object }[];
  /** Whether a condition or a variable may depend on the key: whether its name occurs, in any case. */
  readonly mentions: (key: string) => boolean;
}

/** Of a role that no template describes. */
const NOTHING: RolePolicies = { identityPolicies: [], mentions: () => false };

function policiesOf(role: RoleBlueprint): RolePolicies {
  const managed = role.managedPolicyArns.flatMap((name) => {
    const policy = managedPolicy(name);
    return policy ? [{ name, policy }] : [];
  });
  const own = role.policies.map(({ name, document }) => ({ name, policy: document }));
  const text = JSON.stringify(own).toLowerCase();
  return {
    identityPolicies: [...own, ...managed],
    mentions: (key) => text.includes(key.toLowerCase()),
  };
}

/** The session of a role, as AWS writes it in errors: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, without the path. */
function assumedRoleArn(roleArn: string): string {
  const [, partition, , , account] = roleArn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${roleArn.split('/').at(-1)}/local`;
}
