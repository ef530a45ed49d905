import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientConfig } from '../../aws-checks/client-config';
import { reason } from '../../aws-checks/query';
import { CommandError } from '../../cli';
import type { Action } from './permissions';

/**
 * Creates SDK clients. Credentials and AWS_ENDPOINT_URL come from the SDK's default chain.
 *
 * @param region - Region of the stack; undefined for the one of AWS_REGION or the profile
 */
export function connect(region: string | undefined) {
  const config = clientConfig(region);
  return {
    cloudFormation: new CloudFormationClient(config),
    cognito: new CognitoIdentityProviderClient(config),
    secrets: new SecretsManagerClient(config),
  };
}

/**
 * Runs a call.
 *
 * @param arn - of the resource, for an error about a permission
 * @param known - texts for errors of AWS by their names, each with a fix
 * @throws {CommandError} for an error of AWS. Rethrows a bug
 */
export async function call<Answer>(
  action: Action,
  arn: string,
  run: () => Promise<Answer>,
  known: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    const { name, message } = error as Error;
    const explained = Object.hasOwn(known, name) ? known[name] : undefined;
    // Cognito refuses a sign-in with this name, which is not about permissions.
    const refused = name === 'NotAuthorizedException' ? `${action} failed: ${name}: ${message}` : undefined;
    throw new CommandError(explained ?? refused ?? sentence(reason(error, [{ action, arn }])), { cause: error });
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
