import { fromHttp } from '@aws-sdk/credential-provider-http';
import { type CredentialProvider, type Credentials, environmentCredentials } from '../lambda/aws/credentials';

/** Milliseconds before the expiry at which credentials are renewed, as in the AWS SDKs: ECS has new ones by then. */
const RENEW_BEFORE = 300_000;

/**
 * Credentials of the task's role: those in the environment if there are any, otherwise those of the ECS credentials
 * endpoint, which rotate every few hours. Throws if ECS has not set the endpoint's variable.
 */
export function taskCredentials(): CredentialProvider {
  return process.env.AWS_ACCESS_KEY_ID ? environmentCredentials : renewed(fromHttp(), Date.now);
}

/** Caches credentials until shortly before they expire. Concurrent calls share one renewal. */
export function renewed(
  load: () => Promise<Credentials & { readonly expiration?: Date }>,
  now: () => number,
): CredentialProvider {
  let current: Promise<Credentials>;
  let renewAt = 0;
  const renew = async () => {
    renewAt = Number.POSITIVE_INFINITY;
    try {
      const credentials = await load();
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
