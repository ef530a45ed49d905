/** The sender of a request, from a verified token or from a ticket that was issued for one. */
export interface Principal {
  /** Identifier of the user or client, unique within its tenant. */
  subject: string;
  /** Owner of the topics. `''` for the single tenant that exists without authentication. */
  tenant: string;
  /** Scopes of the token, such as `topics:read`. */
  scopes: readonly string[];
  /** Time at which the token was issued, in seconds since 1970. */
  issuedAt: number;
  /** Time at which the authorization expires, in seconds since 1970. */
  expiresAt: number;
}

/** The principal of all clients without authentication. */
export const ANYONE: Principal = {
  subject: '',
  tenant: '',
  scopes: [],
  issuedAt: 0,
  expiresAt: Number.MAX_SAFE_INTEGER,
};

/** Letters, digits and `. _ : @ | -`, 1 to 128 characters: characters that are safe in a key. */
const NAME = /^[A-Za-z0-9._:@|-]{1,128}$/;

/**
 * Determines the principal from the verified claims of a token.
 *
 * @param tenantClaim name of the claim that contains the tenant: `tenant`
 * @returns undefined if the claims have no valid subject, tenant or time
 */
export function principalOf(claims: Readonly<Record<string, unknown>>, tenantClaim: string): Principal | undefined {
  const { sub, iat, exp, scope } = claims;
  const tenant = Object.hasOwn(claims, tenantClaim) ? claims[tenantClaim] : undefined;
  if (!isName(sub) || !isName(tenant) || typeof iat !== 'number' || typeof exp !== 'number') {
    return undefined;
  }
  const scopes = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [];
  return { subject: sub, tenant, scopes, issuedAt: iat, expiresAt: exp };
}

/** @returns a unique key of a subject and its tenant. Neither contains a `/`. */
export function identityOf({ tenant, subject }: Pick<Principal, 'subject' | 'tenant'>): string {
  return `${tenant}/${subject}`;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}
