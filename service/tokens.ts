import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Principal, principalOf } from '../lambda/realtime/principal';
import { CLOCK_TOLERANCE } from '../lambda/realtime/revocation';
import { Problem } from './problem';

/** Issuer of accepted tokens, and how tokens are verified. Written by the construct `Authentication`. */
const tokenRules = z.strictObject({
  /** The claim `iss`, exactly. */
  issuer: z.url(),
  /** A value of the claim `aud`; in an access token of Cognito, the claim `client_id`. */
  audience: z.string().min(1),
  /** URL of the issuer's public keys (JWKS). Without it, the issuer's discovery document names the URL. */
  keysUrl: z.url().optional(),
  /** Accepted signature algorithms. */
  algorithms: z.array(z.string()).min(1),
  /** Name of the claim that contains the tenant. */
  tenantClaim: z.string().min(1),
});

export type TokenRules = z.output<typeof tokenRules>;

/** Determines the principal from an `Authorization` header. Throws a {@link Problem} if the request is not authenticated. */
export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

/** Parses the rules from the environment. Throws if they are invalid, so that the service fails at start. */
export function parseTokenRules(text: string): TokenRules {
  return tokenRules.parse(JSON.parse(text));
}

/**
 * Authenticates requests by tokens of one issuer, in `Authorization: Bearer`.
 *
 * @param maxAgeSeconds maximum age of a token, even if it expires later: the time for which logouts are remembered.
 * @param keys public keys of the issuer.
 */
export function bearerTokens(
  { issuer, audience, algorithms, tenantClaim }: TokenRules,
  { now, maxAgeSeconds }: { now: () => number; maxAgeSeconds: number },
  keys: JWTVerifyGetKey,
): Authenticate {
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token) {
      throw unauthorized();
    }
    const claims = await verified(token);
    const principal = principalOf(claims, tenantClaim);
    if (!principal) {
      throw new Problem('forbidden', 'The token has no valid subject, or no valid tenant.');
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

/** Checks the audience. An access token of Cognito has no `aud`, but `client_id`, and `token_use: access`. */
function isFor(audience: string, { aud, client_id, token_use }: JWTPayload): boolean {
  return aud === undefined ? token_use === 'access' && client_id === audience : [aud].flat().includes(audience);
}

/** Does not reveal why a token is invalid: that would help only attackers. */
function unauthorized(error?: 'invalid_token'): Problem {
  const challenge = error ? `Bearer error="${error}"` : 'Bearer';
  return new Problem('unauthorized', 'Send a valid token of the issuer in Authorization: Bearer.', {
    'WWW-Authenticate': challenge,
  });
}
