import { type Check, check, type Evaluation } from '../../aws-checks/check';
import { reasonOfDns, type Resolved } from '../../aws-checks/dns';
import type { Query } from '../../aws-checks/query';
import type { Deployment } from '../deployment';

/** Asks DNS what a host name leads to. */
export type Resolve = (host: string) => Promise<Resolved>;

const FAMILIES = { A: 'IPv4', AAAA: 'IPv6' } as const;
type Family = keyof typeof FAMILIES;

/** Checks the hosts by what DNS answers, for records that are in another account or at another DNS provider. */
export function dnsChecks(deployment: Deployment, resolve: Resolve): Check[] {
  const { httpHost, httpAliasTarget, ipAddressType, webSocketHost, managementHost, managementAliasTarget } = deployment;
  const { distributionDomainName } = deployment;
  const all: Family[] = ['A', 'AAAA'];
  return [
    ...checksOf(httpHost, httpAliasTarget, ipAddressType === 'ipv4' ? ['A'] : all, resolve),
    ...(distributionDomainName ? checksOf(webSocketHost, distributionDomainName, all, resolve) : []),
    ...checksOf(managementHost, managementAliasTarget, all, resolve),
  ];
}

function checksOf(host: string, target: string, families: readonly Family[], resolve: Resolve): Check[] {
  const queries = [queryOf(host, resolve), queryOf(target, resolve)] as const;
  return families.map((family) =>
    check(`${host} has an ${FAMILIES[family]} address of ${target}`, queries, (ofHost, ofTarget) =>
      compared(ofHost, ofTarget, family, host, target),
    ),
  );
}

function queryOf(host: string, resolve: Resolve): Query<Resolved> {
  return { subject: `the records of ${host}`, reason: reasonOfDns, run: () => resolve(host) };
}

/** The name of a load balancer without the prefix that the output has. It resolves to the same addresses. */
function withoutPrefix(target: string): string {
  return target.toLowerCase().replace(/^dualstack\./, '');
}

/** A record can be a CNAME, which names the target, or an alias of the provider's, which only has its addresses. */
function compared(ofHost: Resolved, ofTarget: Resolved, family: Family, host: string, target: string): Evaluation {
  const addresses = ofHost[family];
  const isNamed = [target.toLowerCase(), withoutPrefix(target)].some((name) => ofHost.names.includes(name));
  const passed = addresses.length > 0 && (isNamed || addresses.some((address) => ofTarget[family].includes(address)));
  const found = [...ofHost.names, ...addresses].join(', ') || `no ${FAMILIES[family]} address`;
  const fix = `Fix: create the record "${host} CNAME ${target}", or an alias record for that name.`;
  return { passed, found: passed ? found : `${found}. ${fix}` };
}
