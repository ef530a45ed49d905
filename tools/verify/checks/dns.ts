import { type Check, check, type Evaluation } from '../../aws-checks/check';
import { reasonOfDns, type Resolved } from '../../aws-checks/dns';
import type { Query } from '../../aws-checks/query';
import type { AliasTarget, Deployment } from '../deployment';
import type { Outside } from '../outside';

type Resolve = Outside['resolve'];

const FAMILIES = { A: 'IPv4', AAAA: 'IPv6' } as const;
type Family = keyof typeof FAMILIES;

/** Checks the hosts by what DNS answers, for records that are in another account or at another DNS provider. */
export function dnsChecks(deployment: Deployment, { resolve }: Pick<Outside, 'resolve'>): Check[] {
  const { distribution, httpHost, httpAlias, ipAddressType, webSocketHost, webSocketAlias } = deployment;
  const all: Family[] = ['A', 'AAAA'];
  const ofLoadBalancer: Family[] = ipAddressType === 'ipv4' ? ['A'] : all;
  const ofWebSocket = deployment.webSocketServers ? ofLoadBalancer : all;
  return [
    ...(distribution ? checksOf(distribution.host, distribution.alias, all, resolve) : []),
    ...(httpAlias ? checksOf(httpHost, httpAlias, ofLoadBalancer, resolve) : [noAddress(httpHost, resolve)]),
    ...(webSocketAlias
      ? // One load balancer for both lanes has one host.
        webSocketHost === httpHost
        ? []
        : checksOf(webSocketHost, webSocketAlias, ofWebSocket, resolve)
      : [noAddress(webSocketHost, resolve)]),
  ];
}

/** A record of an internal load balancer would only tell its private addresses. One that is left leads clients past the gateway. */
function noAddress(host: string, resolve: Resolve): Check {
  return check(`${host} has no address, because its load balancer is internal`, [queryOf(host, resolve)], (found) => {
    const all = [...found.names, ...found.A, ...found.AAAA];
    return {
      passed: all.length === 0,
      found: all.length === 0 ? 'no address' : `${all.join(', ')}. Fix: delete the records of ${host}.`,
    };
  });
}

function checksOf(host: string, target: AliasTarget, families: readonly Family[], resolve: Resolve): Check[] {
  const queries = [queryOf(host, resolve), queryOf(target.name, resolve)] as const;
  return families.map((family) =>
    check(`${host} has an ${FAMILIES[family]} address of ${target.name}`, queries, (ofHost, ofTarget) =>
      compared(ofHost, ofTarget, family, host, target),
    ),
  );
}

function queryOf(host: string, resolve: Resolve): Query<Resolved> {
  return { subject: `the records of ${host}`, reason: reasonOfDns, run: () => resolve(host) };
}

/**
 * A CNAME record names the target. An alias of the provider shows only addresses, and they can differ from those that
 * this machine gets for the target: then DNS does not show where the alias leads.
 */
function compared(ofHost: Resolved, ofTarget: Resolved, family: Family, host: string, target: AliasTarget): Evaluation {
  const addresses = ofHost[family];
  const words = FAMILIES[family];
  const record = `a CNAME record of ${host} for ${target.name}, or an alias record for it, in Route 53 with the hosted zone id ${target.zoneId}`;
  const isNamed = spellings(target.name).some((name) => ofHost.names.includes(name));
  const found = [...ofHost.names, ...addresses].join(', ') || `no ${words} address`;
  if (addresses.length > 0 && (isNamed || addresses.some((address) => ofTarget[family].includes(address)))) {
    return { passed: true, found };
  }
  if (isNamed) {
    return {
      passed: false,
      found: `${found}, which has no ${words} address. Fix: pass the outputs of the last deployment.`,
    };
  }
  if (addresses.length > 0 && ofHost.names.length === 0) {
    return {
      passed: false,
      unknown: true,
      found: `${found}, of another host or of an alias or proxy of the provider. Fix: compare the record with ${target.name}.`,
    };
  }
  return { passed: false, found: `${found}. Fix: create ${record}.` };
}

/** The name in lower case. A load balancer also has it without the prefix of the output, with the same addresses. */
function spellings(name: string): string[] {
  const lower = name.toLowerCase();
  return [lower, lower.replace(/^dualstack\./, '')];
}
