import { JsonClient } from '../../aws/json-client';
import type { SignIn, SignInRules } from '../canary';
import { clientCredentialsSignIn } from './client-credentials';
import { secretReader } from './secret';
import { userPoolSignIn } from './user-pool';

/** Milliseconds of an attempt, once its connection is open. Three attempts without an answer are shorter than the limit of a sign-in. */
const TIMEOUT = 2000;

/**
 * @param rules - SignInRules as JSON
 * @param secretArn - ARN of the secret with the credentials, or `none`. It can be in another Region
 */
export function signInFrom(rules: string, secretArn: string): SignIn {
  const parsed = JSON.parse(rules) as SignInRules;
  if (parsed.type === 'none') {
    return async () => undefined;
  }
  const [, , , region] = secretArn.split(':');
  const secretsManager = new JsonClient({
    service: 'secretsmanager',
    target: 'secretsmanager',
    timeout: TIMEOUT,
    region,
  });
  const secret = secretReader(secretsManager, secretArn);
  return parsed.type === 'clientCredentials'
    ? clientCredentialsSignIn(secret)
    : userPoolSignIn({
        rules: parsed,
        secret,
        cognito: new JsonClient({
          service: 'cognito-idp',
          target: 'AWSCognitoIdentityProviderService',
          timeout: TIMEOUT,
          region: parsed.region,
        }),
        now: Date.now,
      });
}
