import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { call } from './aws';

/** Credentials of the canary, as its secret has them. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Key of the software token, in base 32. */
  readonly totpSecret: string;
}

/** @returns the user name in the secret; undefined if it has none, or no value at all */
export async function usernameIn(client: SecretsManagerClient, arn: string): Promise<string | undefined> {
  const value = await call('secretsmanager:GetSecretValue', arn, async () => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
      return SecretString;
    } catch (error) {
      // A secret that nothing was written to. Writing reports one that does not exist.
      if (error instanceof Error && error.name === 'ResourceNotFoundException') {
        return undefined;
      }
      throw error;
    }
  });
  return usernameOf(value);
}

function usernameOf(value: string | undefined): string | undefined {
  try {
    const { username } = JSON.parse(value ?? '{}') as { username?: unknown };
    return typeof username === 'string' && username !== '' ? username : undefined;
  } catch {
    // Not JSON, so it is replaced.
    return undefined;
  }
}

export async function writeSecret(client: SecretsManagerClient, arn: string, credentials: Credentials): Promise<void> {
  await call('secretsmanager:PutSecretValue', arn, () =>
    client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: JSON.stringify(credentials) })),
  );
}
