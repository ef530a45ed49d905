import { Output } from '../../../lib/outputs';
import { CommandError } from '../../cli';
import type { StackOutputs } from '../../verify/stack-outputs';

/** Resources of a stack that the command uses. */
export interface Plan {
  readonly userPoolId: string;
  readonly userPoolArn: string;
  /** Id of the app client to sign in with. */
  readonly clientId: string;
  readonly region: string;
  readonly secretArn: string;
  /** User name if the secret has none: `canary@api.example.com`. */
  readonly username: string;
}

/** `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_12345678a` */
const USER_POOL = /^https:\/\/cognito-idp\.([a-z0-9-]+)\.[a-z0-9.-]+\/([\w-]+_[A-Za-z0-9]+)$/;

/** `arn:aws:secretsmanager:us-east-1:111122223333:secret:name` */
const SECRET = /^arn:([\w-]+):secretsmanager:[a-z0-9-]+:(\d{12}):secret:/;

/**
 * Reads the outputs of a stack.
 *
 * @throws {CommandError} if the stack has no canary, no authentication, or an issuer that is not a user pool
 */
export function planOf({ stack, values }: StackOutputs): Plan {
  const secretArn = values[Output.CANARY_SECRET_ARN];
  const issuer = values[Output.TOKEN_ISSUER];
  const clientId = values[Output.TOKEN_AUDIENCE];
  const httpUrl = values[Output.HTTP_URL];
  if (httpUrl === undefined || !URL.canParse(httpUrl)) {
    throw new CommandError(
      `The stack ${stack} must have the output ${Output.HTTP_URL} with a URL, got ${httpUrl ?? 'none'}. Fix: check its name.`,
    );
  }
  if (issuer === undefined || clientId === undefined) {
    throw new CommandError(
      `The stack ${stack} authenticates no clients, so its canary needs no user. Fix: omit this command.`,
    );
  }
  const [, partition, account] = SECRET.exec(secretArn ?? '') ?? [];
  if (secretArn === undefined || partition === undefined) {
    throw new CommandError(
      `The stack ${stack} must have a canary with a secret, got ${secretArn ?? `no output ${Output.CANARY_SECRET_ARN}`}. Fix: set operation.canary in its settings and deploy it.`,
    );
  }
  const [, region, userPoolId] = USER_POOL.exec(issuer) ?? [];
  if (region === undefined || userPoolId === undefined) {
    throw new CommandError(
      `The issuer of the stack ${stack} must be its user pool, got ${issuer}. Fix: register a client for the canary at the issuer, whose tokens have the tenant canary, and write it to the secret: ${command(secretArn, '{"tokenUrl":"...","clientId":"...","clientSecret":"...","scope":"...","audience":"..."}')} (scope and audience are optional)`,
    );
  }
  return {
    userPoolId,
    userPoolArn: `arn:${partition}:cognito-idp:${region}:${account}:userpool/${userPoolId}`,
    clientId,
    region,
    secretArn,
    username: `canary@${new URL(httpUrl).hostname}`,
  };
}

/** @returns the error for a user pool that is not a resource of the stack, whose users this command must not change */
export function foreignPool({ stack }: StackOutputs, { userPoolId, clientId, secretArn }: Plan): CommandError {
  return new CommandError(
    `The user pool ${userPoolId} must be a resource of the stack ${stack}, got one of another stack or app. Fix: create a user of the tenant canary with a password and a software token in it, allow ALLOW_ADMIN_USER_PASSWORD_AUTH for its client ${clientId}, and write the secret: ${command(secretArn, '{"username":"...","password":"...","totpSecret":"..."}')}`,
  );
}

function command(secretArn: string, value: string): string {
  return `aws secretsmanager put-secret-value --secret-id ${secretArn} --secret-string '${value}'`;
}
