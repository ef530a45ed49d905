import type { Authorizer } from '../identity/authorize';
import { callerOf } from '../identity/credentials';
import { deniedLine } from '../identity/denied';
import type { Log } from '../log-line';
import { Failure } from './failure';
import type { Permission } from './service';

/** Denies calls that the caller's role does not allow, and logs the statement that would allow them. */
export class Access {
  constructor(
    private readonly authorizer: Pick<Authorizer, 'authorize'>,
    private readonly log: Log,
  ) {}

  /**
   * @param authorization the header
   * @param denied creates the error in the form of the API
   * @returns a function that checks one permission: a role must have it, and the user's own keys have every permission
   */
  of(
    authorization: string | undefined,
    denied: (message: string) => Failure,
  ): (permission: Permission) => Promise<void> {
    const caller = callerOf(authorization);
    return async ({ action, resource, context }) => {
      if (caller.kind === 'unsigned') {
        throw new Failure(
          'com.amazon.coral.service#MissingAuthenticationTokenException',
          'Request is missing Authentication Token',
        );
      }
      if (caller.kind === 'person') {
        return;
      }
      const decision = await this.authorizer.authorize(caller.roleArn, action, resource, context);
      if (!decision.allowed) {
        const text = deniedLine(caller.roleArn, action, resource, decision.statementToAdd);
        this.log({ process: 'aws', level: 'warn', text });
        throw denied(decision.message ?? `${action} is not allowed`);
      }
    };
  }
}
