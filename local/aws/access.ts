import type { Authorizer } from '../identity/authorize';
import { callerOf } from '../identity/credentials';
import type { Log } from '../log-line';
import { Failure } from './failure';
import type { Permission } from './service';

/** Refuses a call whose caller may not do it, and says in the log what to add so that it may. */
export class Access {
  constructor(
    private readonly authorizer: Pick<Authorizer, 'authorize'>,
    private readonly log: Log,
  ) {}

  /**
   * @param authorization the header
   * @param denied makes the API's own answer
   * @returns asks for one permission: roles need it, persons at the desk have every one
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
        this.log({ lane: 'aws', level: 'warn', text: sentenceOf(caller.roleArn, decision) });
        throw denied(decision.message ?? `${action} is not allowed`);
      }
    };
  }
}

type Decision = Awaited<ReturnType<Authorizer['authorize']>>;

function sentenceOf(roleArn: string, { action, resource, statementToAdd }: Decision): string {
  const mend = statementToAdd
    ? `to allow it, add to its policy ${JSON.stringify(statementToAdd)}`
    : 'a policy denies it explicitly';
  return `Access denied: ${roleArn.split('/').at(-1)} may not ${action} on ${resource}; ${mend}`;
}
