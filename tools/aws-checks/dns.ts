import { Resolver } from 'node:dns/promises';
import { isNativeError } from 'node:util/types';

/** The zone that DNS uses for a host name. */
export interface Delegation {
  /** Name of the zone: the host name, or the closest parent that has NS records. */
  readonly zone: string;
  /** Host names of its name servers, in lower case, without a trailing dot. */
  readonly servers: readonly string[];
}

/** Part of `Resolver` of node:dns that finds name servers. */
type NsResolver = Pick<Resolver, 'resolveNs'>;

/** The answer of DNS for a host name. */
export interface Resolved {
  /** Host names to which CNAME records lead from it, in order. */
  readonly names: readonly string[];
  /** IPv4 addresses, also those that it has through CNAME records. */
  readonly A: readonly string[];
  /** IPv6 addresses. */
  readonly AAAA: readonly string[];
}

/** Part of `Resolver` of node:dns that finds addresses. */
type AddressResolver = Pick<Resolver, 'resolve4' | 'resolve6' | 'resolveCname'>;

/** Codes of node:dns for a name server that responds, but has no answer for the name. */
const NO_ANSWER = ['ESERVFAIL', 'EREFUSED'];

/** Codes of node:dns for a name without records of a type: the name does not exist, or has other records. */
const NO_RECORDS = ['ENOTFOUND', 'ENODATA'];

/**
 * Asks DNS for the name servers that answer for a host name.
 *
 * @param resolver the system's resolvers by default; two attempts of two seconds for each name
 * @returns undefined if no parent has NS records. Rejects with the resolver's error if there is no answer
 */
export async function nameServers(
  host: string,
  resolver: NsResolver = systemResolver(),
): Promise<Delegation | undefined> {
  const labels = host.split('.');
  for (let first = 0; first < labels.length; first += 1) {
    const zone = labels.slice(first).join('.');
    const servers = (await recordsOf(() => resolver.resolveNs(zone))).map(hostName);
    if (servers.length > 0) {
      return { zone, servers };
    }
  }
  return undefined;
}

/**
 * Asks DNS what a host name leads to.
 *
 * @param resolver the system's resolvers by default; two attempts of two seconds for each name
 * @returns empty lists for a name that does not exist, and no addresses if the CNAME records form a loop. Rejects with the
 *   resolver's error if there is no answer
 */
export async function resolved(host: string, resolver: AddressResolver = systemResolver()): Promise<Resolved> {
  const names: string[] = [];
  for (;;) {
    const at = names.at(-1) ?? host;
    const [next] = (await recordsOf(() => resolver.resolveCname(at))).map(hostName);
    if (next === undefined) {
      break;
    }
    const isLoop = next === host || names.includes(next);
    names.push(next);
    if (isLoop) {
      return { names, A: [], AAAA: [] };
    }
  }
  return {
    names,
    A: await recordsOf(() => resolver.resolve4(host)),
    AAAA: await recordsOf(() => resolver.resolve6(host)),
  };
}

function systemResolver(): Resolver {
  return new Resolver({ timeout: 2_000, tries: 2 });
}

/** The form in which host names are compared: `API.example.com.` → `api.example.com` */
export function hostName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

async function recordsOf(ask: () => Promise<string[]>): Promise<string[]> {
  try {
    return await ask();
  } catch (error) {
    if (NO_RECORDS.includes(codeOf(error) ?? '')) {
      return [];
    }
    throw error;
  }
}

/** Reason why DNS gave no answer, with a fix. Rethrows an error that does not come from node:dns. */
export function reasonOfDns(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) {
    throw error;
  }
  if (NO_ANSWER.includes(code)) {
    const { hostname = 'the host' } = error as { hostname?: string };
    return `DNS has no answer for ${hostname} (${code}). Fix: check the delegation of its domain, and its CNAME records.`;
  }
  return `DNS did not respond (${code}). Fix: check the network and the resolver of this machine.`;
}

function codeOf(error: unknown): string | undefined {
  return isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
