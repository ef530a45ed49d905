/** The sender of a request, from a verified token or from a ticket that was issued for one. */
export interface Principal {
  /** The person or program, unique in its tenant. */
  subject: string;
  /** Owner of the topics. `''` without authentication: then there is one tenant. */
  tenant: string;
  /** Scopes of the token: `topics:read`. */
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

/** Letters, digits and `. _ : @ | -`, 1 to 128 characters: a name that can be a part of a key. */
const NAME = /^[A-Za-z0-9._:@|-]{1,128}$/;

/**
 * Reads who asks from a token's claims, which were verified already.
 *
 * @param tenantClaim name of the claim that holds the tenant: `tenant`
 * @returns undefined if the claims name no subject, no tenant or no time: such a token opens nothing
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

/** @returns one text for the principal's subject and tenant, another for any other: neither holds a `/`. */
export function identityOf({ tenant, subject }: Pick<Principal, 'subject' | 'tenant'>): string {
  return `${tenant}/${subject}`;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}
