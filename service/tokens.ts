import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Principal, principalOf } from '../lambda/realtime/principal';
import { CLOCK_TOLERANCE } from '../lambda/realtime/revocation';
import { Problem } from './problem';
import { isOfKind } from './token-kind';

/** Issuer of accepted tokens, and how tokens are verified. Written by the construct `Authentication`. */
const tokenRules = z.strictObject({
  /** The claim `iss`, exactly. */
  issuer: z.url(),
  /** A value of the claim `aud`; in an access token of Cognito, the claim `client_id`. */
  audience: z.string().min(1),
  /** True if the issuer is a Cognito user pool: only its access tokens can have `client_id` instead of `aud`. */
  isCognito: z.boolean(),
  /** URL of the issuer's public keys (JWKS). Without it, the issuer's discovery document names the URL. */
  keysUrl: z.url().optional(),
  /** Accepted signature algorithms. */
  algorithms: z.array(z.string()).min(1),
  /** Name of the claim that contains the tenant. */
  tenantClaim: z.string().min(1),
  /** Text before each scope of this API. Without it, scopes have no prefix. */
  scopePrefix: z.string().min(1).optional(),
  /** True if a token without a scope for topics has no access to topics. */
  requireScopes: z.boolean(),
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
  rules: TokenRules,
  { now, maxAgeSeconds }: { now: () => number; maxAgeSeconds: number },
  keys: JWTVerifyGetKey,
): Authenticate {
  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token) {
      throw unauthorized();
    }
    const claims = await verified(token);
    const principal = principalOf(claims, rules);
    if (!principal) {
      throw new Problem('forbidden', 'The token has no valid subject, no valid tenant, or scopes of an unknown form.');
    }
    // At this age, the token is refused. A connection that it opened must not stay authorized for longer.
    return { ...principal, expiresAt: Math.min(principal.expiresAt, principal.issuedAt + maxAgeSeconds) };
  };

  async function verified(token: string): Promise<JWTPayload> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        issuer: rules.issuer,
        algorithms: [...rules.algorithms],
        requiredClaims: ['sub', 'iat', 'exp'],
        maxTokenAge: maxAgeSeconds,
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: new Date(now()),
      });
      if (!isOfKind(protectedHeader, payload, rules)) {
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

/** Does not reveal why a token is invalid: that would help only attackers. */
function unauthorized(error?: 'invalid_token'): Problem {
  const challenge = error ? `Bearer error="${error}"` : 'Bearer';
  return new Problem('unauthorized', 'Send a valid token of the issuer in Authorization: Bearer.', {
    'WWW-Authenticate': challenge,
  });
}
