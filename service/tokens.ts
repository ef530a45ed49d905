import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { Unavailable } from '../lambda/realtime/ports';
import { type Principal, principalOf } from '../lambda/realtime/principal';
import { Problem } from './problem';

/** Whose tokens are taken, and how they are verified: what the construct `Authentication` says. */
const tokenRules = z.strictObject({
  /** The claim `iss`, exactly. */
  issuer: z.url(),
  /** What `aud` holds; or, in an access token of Cognito, `client_id`. */
  audience: z.string().min(1),
  /** Where the issuer's keys are. */
  keysUrl: z.url(),
  /** Signatures that are taken. */
  algorithms: z.array(z.string()).min(1),
  /** The claim that names the tenant. */
  tenantClaim: z.string().min(1),
});

export type TokenRules = z.output<typeof tokenRules>;

/** Finds out whose request it is, from its `Authorization` header. Throws a {@link Problem} if it is nobody's. */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

/** Clocks may differ by so much, in seconds. */
const CLOCK_TOLERANCE = 5;

/** Keys are kept 10 minutes, and fetched sooner for a token that names another: at most once in 10 seconds. */
const KEYS = { cacheMaxAge: 600_000, cooldownDuration: 10_000, timeoutDuration: 3000 };

/** @returns the rules that the environment has. Throws if they are none: at start, not at the first request. */
export function parseTokenRules(text: string): TokenRules {
  return tokenRules.parse(JSON.parse(text));
}

/**
 * Takes the tokens of one issuer, in `Authorization: Bearer`.
 *
 * @param maxAgeSeconds the oldest token that is taken, however long it is good: as long as logouts are remembered.
 * @param keys the issuer's; fetched from it unless they are given.
 */
export function bearerTokens(
  { issuer, audience, keysUrl, algorithms, tenantClaim }: TokenRules,
  { now, maxAgeSeconds }: { now: () => number; maxAgeSeconds: number },
  keys: JWTVerifyGetKey = keysAt(keysUrl),
): Authenticate {
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token) {
      throw unauthorized();
    }
    const claims = await verified(token);
    const principal = principalOf(claims, tenantClaim);
    if (!principal) {
      throw new Problem('forbidden', 'The token names no subject or no tenant');
    }
    return principal;
  };

  async function verified(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        algorithms: [...algorithms],
        requiredClaims: ['sub', 'iat', 'exp'],
        maxTokenAge: maxAgeSeconds,
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: new Date(now()),
      });
      if (!isFor(audience, payload)) {
        throw unauthorized('invalid_token');
      }
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) {
        throw unauthorized('invalid_token');
      }
      throw error;
    }
  }
}

/** Access tokens of Cognito have no `aud`, but the client they were issued to, and say that they are such. */
function isFor(audience: string, { aud, client_id, token_use }: JWTPayload): boolean {
  return aud === undefined ? token_use === 'access' && client_id === audience : [aud].flat().includes(audience);
}

/** The keys at a URL. Throws Unavailable where they cannot be had: nothing is known of a token then. */
function keysAt(url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), KEYS);
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const isTokensFault =
        error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      throw isTokensFault ? error : new Unavailable(5);
    }
  };
}

/** Says nothing of what is wrong with a token: whoever has a good one need not know. */
function unauthorized(error?: 'invalid_token'): Problem {
  const challenge = error ? `Bearer error="${error}"` : 'Bearer';
  return new Problem('unauthorized', 'Send Authorization: Bearer and a token of the issuer', {
    'WWW-Authenticate': challenge,
  });
}
