/** Scopes for topics: to read and subscribe, and to publish. */
export const TOPIC_SCOPES = { read: 'topics:read', write: 'topics:write' } as const;

/** Every scope for topics. */
export const ALL_TOPIC_SCOPES: readonly string[] = Object.values(TOPIC_SCOPES);

export interface ScopeRules {
  /** Text before each scope of this API: `api/` if tokens have `api/topics:read`. Other scopes do not count. @default '' */
  scopePrefix?: string;
  /** True if a token without a scope for topics has no access to topics; false if it has all. */
  requireScopes: boolean;
}

/** A scope that can be meant for topics, such as `topics:READ` or `https://api.example.com/topics.read`. */
const CAN_BE_FOR_TOPICS = /topic/i;

/**
 * Determines the scopes of a token for this API. Reads the claims `scope` (RFC 9068) and `scp` (Entra ID, Okta), each a text
 * or a list of texts.
 *
 * A restriction that cannot be read never gives access. So a token that needs no scope has all scopes for topics only if it
 * has none that can be meant for topics, and no `authorization_details` (RFC 9396), whose form depends on the issuer.
 *
 * @returns the scopes without their prefix; undefined if a claim has another type
 */
export function scopesOf(
  { scope, scp, authorization_details }: Readonly<Record<string, unknown>>,
  { scopePrefix = '', requireScopes }: ScopeRules,
): string[] | undefined {
  const [first, second] = [scopesIn(scope), scopesIn(scp)];
  if (!first || !second) {
    return undefined;
  }
  const all = [...first, ...second];
  const ofApi = all.flatMap((name) => (name.startsWith(scopePrefix) ? name.slice(scopePrefix.length) : []));
  const others = all.filter((name) => !name.startsWith(scopePrefix));
  const isRestricted =
    authorization_details !== undefined || [...ofApi, ...others].some((name) => CAN_BE_FOR_TOPICS.test(name));
  return requireScopes || isRestricted ? ofApi : [...ofApi, ...ALL_TOPIC_SCOPES];
}

/** @returns the scopes in a claim, separated by any white space; undefined if it is neither a text nor a list of texts */
function scopesIn(claim: unknown = []): string[] | undefined {
  const texts: unknown[] = [claim].flat();
  return texts.every((text) => typeof text === 'string')
    ? texts.flatMap((text) => text.split(/\s+/)).filter(Boolean)
    : undefined;
}
