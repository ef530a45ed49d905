import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { isTime } from '../lambda/realtime/principal';

/** Claims that are times, in seconds since 1970. */
const TIMES = ['iat', 'exp', 'nbf'] as const;

/** Rules for tokens, in addition to a valid signature, the issuer and times. */
export interface TokenKind {
  /** A value of the claim `aud`; in an access token of Cognito, the claim `client_id`. */
  audience: string;
  /** True if the issuer is a Cognito user pool: only its access tokens can have `client_id` instead of `aud`. */
  isCognito: boolean;
}

/** True if a token is one with which any client can send requests to this API. */
export function isOfKind(header: JWTHeaderParameters, claims: JWTPayload, kind: TokenKind): boolean {
  return isAccessToken(header) && !isRestricted(claims) && hasTimes(claims) && isFor(claims, kind);
}

/**
 * The header `typ` is optional. It is `JWT` (RFC 7519) or `at+jwt` (RFC 9068), in any case, because it is a media type without
 * `application/`. A token of another type, such as `logout+jwt`, authorizes nothing.
 */
function isAccessToken({ typ }: { typ?: unknown }): boolean {
  return typ === undefined || (typeof typ === 'string' && /^(application\/)?(at\+)?jwt$/i.test(typ));
}

/**
 * A token with `cnf` is only for the client that proves that it has a key, which is not checked here (RFC 7800). One with
 * `events` reports something, such as a logout (RFC 8417).
 */
function isRestricted({ cnf, events }: JWTPayload): boolean {
  return cnf !== undefined || events !== undefined;
}

function hasTimes(claims: JWTPayload): boolean {
  return TIMES.every((name) => claims[name] === undefined || isTime(claims[name]));
}

/** An access token of Cognito has no `aud`, but `client_id`, and `token_use: access`. */
function isFor({ aud, client_id, token_use }: JWTPayload, { audience, isCognito }: TokenKind): boolean {
  return aud === undefined
    ? isCognito && token_use === 'access' && client_id === audience
    : [aud].flat().includes(audience);
}
