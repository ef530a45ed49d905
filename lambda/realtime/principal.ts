import { ALL_TOPIC_SCOPES, type ScopeRules, scopesOf } from './scopes';

/** The sender of a request, from a verified token or from a ticket that was issued for one. */
export interface Principal {
  /** Identifier of the user or client, unique within its tenant. */
  subject: string;
  /** Owner of the topics. `''` for the single tenant that exists without authentication. */
  tenant: string;
  /** Scopes that the sender has: `topics:read`, `topics:write`, and others of the token. An action without its scope is refused. */
  scopes: readonly string[];
  /** Time at which the token was issued, in whole seconds since 1970. */
  issuedAt: number;
  /** Time at which the authorization expires, in whole seconds since 1970. */
  expiresAt: number;
}

/** The principal of all clients without authentication. */
export const ANYONE: Principal = {
  subject: '',
  tenant: '',
  scopes: ALL_TOPIC_SCOPES,
  issuedAt: 0,
  expiresAt: Number.MAX_SAFE_INTEGER,
};

/** Letters, digits and `. _ : @ | -`, 1 to 128 characters: characters that are safe in a key. */
const NAME = /^[A-Za-z0-9._:@|-]{1,128}$/;

/** Names of claims, and what scopes mean. */
export interface ClaimRules extends ScopeRules {
  /** Name of the claim that contains the tenant: `tenant`. */
  tenantClaim: string;
}

/**
 * Determines the principal from the verified claims of a token. Its times are rounded down, because
 * tokens can have fractions of seconds: a token that was issued in the second of a logout is revoked by it.
 *
 * @returns undefined if the claims have no valid subject, tenant or time, or scopes that cannot be read
 */
export function principalOf(claims: Readonly<Record<string, unknown>>, rules: ClaimRules): Principal | undefined {
  const { sub, iat, exp } = claims;
  const tenant = Object.hasOwn(claims, rules.tenantClaim) ? claims[rules.tenantClaim] : undefined;
  const scopes = scopesOf(claims, rules);
  if (!isName(sub) || !isName(tenant) || !isTime(iat) || !isTime(exp) || !scopes) {
    return undefined;
  }
  return { subject: sub, tenant, scopes, issuedAt: Math.floor(iat), expiresAt: Math.floor(exp) };
}

/** True for a time in seconds since 1970 that arithmetic and tables keep: JSON can contain 2^53 and 1e400. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(Math.floor(value));
}

/** @returns a unique key of a subject and its tenant. Neither contains a `/`. */
export function identityOf({ tenant, subject }: Pick<Principal, 'subject' | 'tenant'>): string {
  return `${tenant}/${subject}`;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}
