import type { RoleBlueprint } from '../../blueprint';
import { type Caller, credentialsOf } from '../../identity/credentials';
import { partitionOf } from '../../partition';
import { Failure } from '../failure';
import type { Call, Service } from '../service';
import { trustOf } from './trust';

type Input = Readonly<Record<string, unknown>>;

interface Options {
  readonly roles: readonly RoleBlueprint[];
  /** `on` evaluates trust policies. */
  readonly iam: 'on' | 'off';
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * The API of AWS STS. Credentials name a role and a session, and do not expire here. Session policies and tags have no effect. Not emulated:
 * web identities and SAML.
 */
export class StsService implements Service {
  constructor(private readonly options: Options) {}

  async answer(operation: string, input: Input, call: Call): Promise<object> {
    switch (operation) {
      case 'GetCallerIdentity':
        return identityOf(call);
      case 'AssumeRole':
        return this.assumeRole(input, call);
      case 'GetSessionToken':
        return this.sessionToken(input, call.caller);
      default:
        throw failure('InvalidAction', `${operation} does not run here`);
    }
  }

  denied = accessDenied;

  private async assumeRole(input: Input, call: Call): Promise<object> {
    const roleArn = textIn(input, 'RoleArn');
    const session = textIn(input, 'RoleSessionName');
    if (!/^[\w+=,.@-]{2,64}$/.test(session)) {
      throw invalid(session, 'roleSessionName', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*');
    }
    const seconds = secondsIn(input, 3600, 43_200);
    const role = this.options.roles.find(({ arn }) => arn === roleArn);
    const { caller } = call;
    const isChecked = this.options.iam === 'on' && caller.kind === 'role';
    const trust = role && isChecked ? trustOf(role, caller.roleArn, input) : 'direct';
    if (!role || trust === 'none') {
      throw accessDenied(
        `User: ${identityOf(call).Arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      );
    }
    if (trust === 'account') {
      await call.permit({ action: 'sts:AssumeRole', resource: roleArn });
    }
    return {
      Credentials: { ...this.credentials(credentialsOf(roleArn, session), seconds) },
      AssumedRoleUser: assumedRole(roleArn, session),
    };
  }

  private sessionToken(input: Input, caller: Caller): object {
    if (caller.kind === 'role') {
      throw accessDenied('Cannot call GetSessionToken with session credentials');
    }
    const keys = { accessKeyId: 'ASIALOCALLOCALLOCALL', secretAccessKey: 'local', sessionToken: 'local' };
    return { Credentials: this.credentials(keys, secondsIn(input, 43_200, 129_600)) };
  }

  private credentials(
    { accessKeyId, secretAccessKey, sessionToken }: ReturnType<typeof credentialsOf>,
    seconds: number,
  ): object {
    return {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(this.options.now() + 1000 * seconds).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    };
  }
}

function identityOf({ caller, region, accountId }: Call): { Arn: string; UserId: string; Account: string } {
  if (caller.kind !== 'role') {
    const Arn = `arn:${partitionOf(region).name}:iam::${accountId}:user/local`;
    return { Arn, UserId: 'AIDALOCALLOCALLOCALL', Account: accountId };
  }
  const { roleArn, session = 'local' } = caller;
  const { Arn, AssumedRoleId: UserId } = assumedRole(roleArn, session);
  return { Arn, UserId, Account: accountOf(roleArn) };
}

function assumedRole(roleArn: string, session: string): { AssumedRoleId: string; Arn: string } {
  const [, partition] = roleArn.split(':');
  const name = roleArn.split('/').at(-1);
  return {
    AssumedRoleId: `AROALOCALLOCALLOCALL:${session}`,
    Arn: `arn:${partition}:sts::${accountOf(roleArn)}:assumed-role/${name}/${session}`,
  };
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

function textIn(input: Input, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '') {
    const field = name.charAt(0).toLowerCase() + name.slice(1);
    throw invalid('null', field, 'Member must not be null');
  }
  return value;
}

/** @returns `DurationSeconds`, 900 to `longest` */
function secondsIn({ DurationSeconds }: Input, otherwise: number, longest: number): number {
  const seconds = DurationSeconds === undefined ? otherwise : Number(DurationSeconds);
  if (!(seconds >= 900)) {
    throw invalid(String(DurationSeconds), 'durationSeconds', 'Member must have value greater than or equal to 900');
  }
  if (seconds > longest) {
    throw invalid(
      String(DurationSeconds),
      'durationSeconds',
      `Member must have value less than or equal to ${longest}`,
    );
  }
  return seconds;
}

function invalid(value: string, field: string, constraint: string): Failure {
  const shown = value === 'null' ? 'null' : `'${value}'`;
  const message = `1 validation error detected: Value ${shown} at '${field}' failed to satisfy constraint: ${constraint}`;
  return failure('ValidationError', message);
}

function accessDenied(message: string): Failure {
  return failure('AccessDenied', message, 403);
}

function failure(code: string, message: string, status = 400): Failure {
  return new Failure(code, message, status);
}
