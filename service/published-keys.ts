import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { FetchError, fetchJson } from './fetch-json';

/** The issuer of tokens, and where its public keys are. */
export interface Issuer {
  /** The claim `iss`, exactly. */
  readonly issuer: string;
  /** URL of the public keys (JWKS). @default - `jwks_uri` of the issuer's discovery document */
  readonly keysUrl?: string;
}

/** The code of a {@link FetchError} if the issuer publishes no key that verifies signatures. */
export const NO_KEYS = 'NO_KEYS';

const discoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** Parts of a key set that decide if it has any key for signatures. The library checks each key when it is used. */
const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string(), use: z.string().optional() })) });

/** @returns the URL that is fetched first */
export function firstUrl({ issuer, keysUrl }: Issuer): string {
  return keysUrl ?? discoveryUrl(issuer);
}

/**
 * Fetches the public keys of an issuer: at its `keysUrl`, or by OpenID Connect Discovery. Throws a {@link FetchError}.
 *
 * @param timeout milliseconds for all requests together.
 */
export async function fetchKeys({ issuer, keysUrl }: Issuer, timeout: number): Promise<JSONWebKeySet> {
  const request = {
    headers: { accept: 'application/json, application/jwk-set+json' },
    signal: AbortSignal.timeout(timeout),
  };
  const url = keysUrl ?? (await discover(issuer, request));
  const set = checked(url, keySet, 'NO_KEY_SET', await fetchJson(url, request));
  if (!set.keys.some(({ kty, use = 'sig' }) => kty !== 'oct' && use === 'sig')) {
    throw new FetchError(url, NO_KEYS, { status: 200 });
  }
  return set;
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
