import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Logger } from '../lambda/logger';
import { Unavailable } from '../lambda/realtime/ports';
import { FetchError, fetchJson } from './fetch-json';
import { Problem } from './problem';

/** The issuer of tokens, and where its public keys are. */
export interface Issuer {
  /** The claim `iss`, exactly. */
  readonly issuer: string;
  /** URL of the public keys (JWKS). @default - `jwks_uri` of the issuer's discovery document */
  readonly keysUrl?: string;
}

/**
 * Keys are cached for 10 minutes. A token with an unknown key id causes a fetch, at most every 10 seconds. Milliseconds.
 * The timeout is for all requests of a fetch together.
 */
const CACHE = { cacheMaxAge: 600_000, cooldownDuration: 10_000, timeoutDuration: 5000 };

/** Seconds after a failed fetch in which no other one is started, and in which no other failure is logged. */
const PAUSE_SECONDS = 5;

/** Maximum characters of the issuer's own text in a log line. */
const LONGEST_FOUND = 256;

const discoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** Parts of a key set that decide if it has any key for signatures. The library checks each key when it is used. */
const keySet = z.looseObject({
  keys: z
    .array(z.looseObject({ kty: z.string(), use: z.string().optional() }))
    .refine((keys) => keys.some(({ kty, use = 'sig' }) => kty !== 'oct' && use === 'sig')),
});

/**
 * Gets the public keys of an issuer: at its `keysUrl`, or by OpenID Connect Discovery. Each refresh of the keys also refreshes
 * the discovery document, so that the issuer can move its keys. Requests share a fetch.
 *
 * If the keys cannot be fetched, one line is logged, and no token can be verified: throws {@link Unavailable} if a retry can
 * succeed, and otherwise a {@link Problem} with the code `internal`, because the configuration must change.
 */
export function issuerKeys(
  { issuer, keysUrl }: Issuer,
  { now, logger }: { now: () => number; logger: Logger },
): JWTVerifyGetKey {
  const start = keysUrl ?? discoveryUrl(issuer);
  let failed: { readonly until: number; readonly error: Error } | undefined;

  const keys = createRemoteJWKSet(new URL(start), {
    ...CACHE,
    async [customFetch](_, request) {
      if (failed && now() < failed.until) {
        throw failed.error;
      }
      try {
        const url = keysUrl ?? (await discover(issuer, request));
        return Response.json(checked(url, keySet, 'NO_KEYS', await fetchJson(url, request)));
      } catch (error) {
        throw failure(error as FetchError);
      }
    },
  });

  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const isTokenInvalid =
        error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      if (isTokenInvalid || error instanceof Unavailable || error instanceof Problem) {
        throw error;
      }
      // The key that the token names is not a valid public key.
      throw failed && now() < failed.until ? failed.error : failure(new FetchError(start, 'INVALID_KEY'));
    }
  };

  /** Logs a failure. @returns the error for the requests until the end of the pause */
  function failure({ url, status, reason, found, temporary }: FetchError): Error {
    logger({ event: 'issuer_keys_failed', url, status, error: reason, found: found?.slice(0, LONGEST_FOUND) });
    const error = temporary
      ? new Unavailable(PAUSE_SECONDS)
      : new Problem(
          'internal',
          'The service is configured with an issuer whose keys it cannot read, so it cannot verify tokens. The error has been logged.',
        );
    failed = { until: now() + PAUSE_SECONDS * 1000, error };
    return error;
  }
}

/** OpenID Connect Discovery 1.0, section 4: the path is added to the issuer without its final slash. */
function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** @returns the URL of the issuer's keys. The document must name exactly this issuer (section 4.3), so that none can pose as another. */
async function discover(issuer: string, request: Pick<RequestInit, 'headers' | 'signal'>): Promise<string> {
  const url = discoveryUrl(issuer);
  const document = checked(url, discoveryDocument, 'NO_DISCOVERY_DOCUMENT', await fetchJson(url, request));
  if (document.issuer !== issuer) {
    throw new FetchError(url, 'OTHER_ISSUER', { status: 200, found: document.issuer });
  }
  if (!isKeysUrl(document.jwks_uri, issuer)) {
    throw new FetchError(url, 'KEYS_NOT_HTTPS', { status: 200, found: document.jwks_uri });
  }
  return document.jwks_uri;
}

/** True for an https URL. An issuer on this machine, which has no https, can also have its keys at an http URL. */
function isKeysUrl(text: string, issuer: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.username === '' && ['https:', new URL(issuer).protocol].includes(url.protocol);
}

function checked<T>(url: string, shape: z.ZodType<T>, reason: string, document: unknown): T {
  const { success, data } = shape.safeParse(document);
  if (!success) {
    throw new FetchError(url, reason, { status: 200 });
  }
  return data;
}
