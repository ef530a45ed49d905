import { randomBytes } from 'node:crypto';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { CommandError } from '../../cli';
import { call } from './aws';
import type { Plan } from './plan';

/** Tenant of the canary. Its messages reach no other tenant. */
const TENANT = 'canary';

/** Claim of the user pool that is the tenant. */
const TENANT_ATTRIBUTE = 'custom:tenant';

/**
 * Deletes the user if it exists.
 *
 * @returns true if it existed
 * @throws {CommandError} for a user of another tenant, which is not the canary's
 */
export async function deleteUser(
  client: CognitoIdentityProviderClient,
  { userPoolId: UserPoolId, userPoolArn, secretArn }: Plan,
  username: string,
): Promise<boolean> {
  const user = await call('cognito-idp:AdminGetUser', userPoolArn, async () => {
    try {
      return await client.send(new AdminGetUserCommand({ UserPoolId, Username: username }));
    } catch (error) {
      if (error instanceof Error && error.name === 'UserNotFoundException') {
        return undefined;
      }
      throw error;
    }
  });
  if (!user) {
    return false;
  }
  const tenant = user.UserAttributes?.find(({ Name }) => Name === TENANT_ATTRIBUTE)?.Value;
  if (tenant !== TENANT) {
    throw new CommandError(
      `The user ${username} must have the tenant ${TENANT}, got ${tenant ?? 'none'}. It was not changed. Fix: set another username in the secret ${secretArn}, or delete the user.`,
    );
  }
  await call('cognito-idp:AdminDeleteUser', userPoolArn, () =>
    client.send(new AdminDeleteUserCommand({ UserPoolId, Username: username })),
  );
  return true;
}

/** Creates the user with a permanent password. @returns the password */
export async function createUser(
  client: CognitoIdentityProviderClient,
  { userPoolId: UserPoolId, userPoolArn }: Plan,
  username: string,
): Promise<string> {
  const password = newPassword();
  await call('cognito-idp:AdminCreateUser', userPoolArn, () =>
    client.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: username,
        // No invitation: nobody reads this mailbox.
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'email', Value: username },
          { Name: 'email_verified', Value: 'true' },
          { Name: TENANT_ATTRIBUTE, Value: TENANT },
        ],
      }),
    ),
  );
  await call('cognito-idp:AdminSetUserPassword', userPoolArn, () =>
    client.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username: username, Password: password, Permanent: true }),
    ),
  );
  return password;
}

/** @returns 240 random bits, and one character of each kind that the user pool requires */
function newPassword(): string {
  return `${randomBytes(30).toString('base64url')}aA1-`;
}
