import { fromHttp } from '@aws-sdk/credential-provider-http';
import { type CredentialProvider, type Credentials, environmentCredentials } from '../lambda/aws/credentials';

/** How long before they expire others are asked for, in milliseconds, as the AWS SDKs do: ECS has them by then. */
const RENEW_BEFORE = 300_000;

/**
 * The credentials of a task's role: those in the environment if there are any, otherwise those that ECS gives and replaces
 * every few hours. Throws if ECS has not said where.
 */
export function taskCredentials(): CredentialProvider {
  return process.env.AWS_ACCESS_KEY_ID ? environmentCredentials : renewed(fromHttp(), Date.now);
}

/** Keeps credentials until they are about to expire, and asks once for all that need others at the time. */
export function renewed(
  ask: () => Promise<Credentials & { readonly expiration?: Date }>,
  now: () => number,
): CredentialProvider {
  let current: Promise<Credentials>;
  let renewAt = 0;
  const renew = async () => {
    renewAt = Number.POSITIVE_INFINITY;
    try {
      const credentials = await ask();
      renewAt = (credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - RENEW_BEFORE;
      return credentials;
    } catch (error) {
      renewAt = 0;
      throw error;
    }
  };
  return () => {
    if (now() >= renewAt) {
      current = renew();
    }
    return current;
  };
}
