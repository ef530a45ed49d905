import type { Authorizer } from '../identity/authorize';
import { callerOf, regionOf } from '../identity/credentials';
import { deniedCall } from '../identity/denied';
import type { Log } from '../log-line';
import { Failure } from './failure';
import type { Call, Permission } from './service';

/** Denies calls that the caller's role does not allow, and logs the statement that would allow them. */
export class Access {
  constructor(
    private readonly authorizer: Pick<Authorizer, 'authorize'>,
    private readonly log: Log,
    /** Account of a person who calls with keys of their own. */
    private readonly ownAccountId: string,
  ) {}

  /**
   * Reads the signature of a request. Throws if there is none, or if it names no Region.
   *
   * @param authorization the header
   * @param denied creates the error in the form of the API
   * @returns the caller, the Region and the account of the call, and a function that checks one permission: a role must have it, and the user's own
   *   keys have every permission
   */
  of(
    authorization: string | undefined,
    denied: (message: string) => Failure,
  ): Pick<Call, 'permit' | 'caller' | 'region' | 'accountId'> {
    const caller = callerOf(authorization);
    if (caller.kind === 'unsigned') {
      throw new Failure(
        'com.amazon.coral.service#MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
      );
    }
    const region = regionOf(authorization);
    if (region === undefined) {
      throw new Failure(
        'com.amazon.coral.service#InvalidSignatureException',
        'Credential should be scoped to a valid region.',
      );
    }
    if (caller.kind === 'person') {
      return { caller, region, accountId: this.ownAccountId, permit: async () => undefined };
    }
    const { roleArn } = caller;
    const [, , , , accountId = ''] = roleArn.split(':');
    const permit = async (permission: Permission) => {
      const context = { ...permission.context, 'aws:RequestedRegion': region };
      const denial = await this.denial(roleArn, { ...permission, context });
      if (denial !== undefined) {
        throw denied(denial);
      }
    };
    return { caller, region, accountId, permit };
  }

  /** Checks one permission of a role, and logs a denial. @returns AWS's message for a denial; undefined if the role has the permission */
  async denial(roleArn: string, { action, resource, context }: Permission): Promise<string | undefined> {
    const decision = await this.authorizer.authorize(roleArn, action, resource, context);
    if (decision.allowed) {
      return undefined;
    }
    const { statementToAdd } = decision;
    const call = deniedCall({ role: roleArn, action, resource, ...(statementToAdd && { statementToAdd }) });
    this.log({ process: 'aws', level: 'warn', ...call });
    return decision.message ?? `${action} is not allowed`;
  }
}
