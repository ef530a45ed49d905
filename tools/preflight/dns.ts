import { Resolver } from 'node:dns/promises';
import { isNativeError } from 'node:util/types';

/** The zone that DNS uses for a host name. */
export interface Delegation {
  /** Name of the zone: the host name, or the closest parent that has NS records. */
  readonly zone: string;
  /** Host names of its name servers, in lower case, without a trailing dot. */
  readonly servers: readonly string[];
}

/** Part of `Resolver` of node:dns. */
export interface NsResolver {
  resolveNs(name: string): Promise<string[]>;
}

/** Codes of node:dns for a name without NS records: the name does not exist, or has other records. */
const NO_RECORDS = ['ENOTFOUND', 'ENODATA'];

/**
 * Asks DNS for the name servers that answer for a host name.
 *
 * @param resolver the system's resolvers by default; two attempts of two seconds for each name
 * @returns undefined if no parent has NS records. Rejects with the resolver's error if there is no answer
 */
export async function nameServers(
  host: string,
  resolver: NsResolver = new Resolver({ timeout: 2_000, tries: 2 }),
): Promise<Delegation | undefined> {
  const labels = host.split('.');
  for (let first = 0; first < labels.length; first += 1) {
    const zone = labels.slice(first).join('.');
    const servers = await recordsOf(zone, resolver);
    if (servers.length > 0) {
      return { zone, servers };
    }
  }
  return undefined;
}

async function recordsOf(zone: string, resolver: NsResolver): Promise<string[]> {
  try {
    return (await resolver.resolveNs(zone)).map((server) => server.toLowerCase().replace(/\.$/, ''));
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
  return `DNS did not respond (${code}). Fix: check the network and the resolver of this machine.`;
}

function codeOf(error: unknown): string | undefined {
  return isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
