import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import { CommandError } from '../../cli';
import type { Name } from '../measurements';
import type { RunningClock } from './running-clock';

type Answer = Name['families'][number];

/**
 * Resolves a host name as a browser does, both families concurrently.
 *
 * @param server a name server, `192.0.2.53` or `192.0.2.53:5353`; undefined for the system's resolver, which can use its cache
 * @param timeout milliseconds
 * @throws {CommandError} if it has no address
 */
export async function resolveName(
  host: string,
  server: string | undefined,
  timeout: number,
  clock: RunningClock,
): Promise<Name> {
  const family = isIP(host);
  if (family === 4 || family === 6) {
    return { host, source: 'literal', ms: 0, families: [{ family, ms: 0, address: host }] };
  }
  if (host === 'localhost' || host.endsWith('.localhost')) {
    // Browsers resolve it to both addresses without a lookup.
    const families = [
      { family: 6, ms: 0, address: '::1' } as const,
      { family: 4, ms: 0, address: '127.0.0.1' } as const,
    ];
    return { host, source: 'localhost', ms: 0, families };
  }
  if (server !== undefined && isMulticast(host)) {
    throw new CommandError(`${host} is looked up by multicast, not at a name server. Fix: omit --name-server.`);
  }
  const lookUp = server === undefined ? lookUpInSystem : lookUpAtServer(server, timeout);
  const families = await Promise.all([timed(6, lookUp(host, 6), clock), timed(4, lookUp(host, 4), clock)]);
  if (families.every(({ address }) => address === undefined)) {
    throw new CommandError(
      isMulticast(host)
        ? `The name ${host} has no address: a name of .local is looked up by multicast in the local network. Fix: check that the device is on, or use its address in the URL.`
        : `The name ${host} has no address${server ? ` at the name server ${server}` : ''}. Fix: check the host in the URL.`,
    );
  }
  const ms = Math.max(...families.map((one) => one.ms));
  return { host, source: server === undefined ? 'system' : 'server', ms, families };
}

/** True for a name of a local network, `printer.local`, which is looked up by multicast. That can take 5 s for each family. */
export function isMulticast(host: string): boolean {
  return host.toLowerCase().replace(/\.$/, '').endsWith('.local');
}

async function timed(family: 4 | 6, address: Promise<string | undefined>, clock: RunningClock): Promise<Answer> {
  const start = clock.now();
  return { family, address: await address, ms: clock.now() - start };
}

/** Error codes that mean that the name has no such address. Other codes mean that the lookup failed. */
const NONE = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NODATA', 'EAI_NONAME', 'EAI_ADDRFAMILY']);

async function lookUpInSystem(host: string, family: 4 | 6): Promise<string | undefined> {
  return orNone(
    dns.lookup(host, { family }).then(({ address }) => address),
    host,
  );
}

function lookUpAtServer(server: string, timeout: number) {
  const resolver = new dns.Resolver({ timeout, tries: 1 });
  try {
    resolver.setServers([server]);
  } catch (error) {
    throw new CommandError(
      `The name server ${server} is not an address. Fix: use --name-server 192.0.2.53 or 192.0.2.53:5353.`,
      { cause: error },
    );
  }
  return (host: string, family: 4 | 6) =>
    orNone(
      (family === 4 ? resolver.resolve4(host) : resolver.resolve6(host)).then(([address]) => address),
      host,
    );
}

async function orNone(address: Promise<string | undefined>, host: string): Promise<string | undefined> {
  try {
    return await address;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (NONE.has(code)) {
      return undefined;
    }
    throw new CommandError(`The lookup of ${host} failed (${code}). Fix: check the network and its name server.`, {
      cause: error,
    });
  }
}
