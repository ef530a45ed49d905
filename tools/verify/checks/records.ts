import type { DomainNameConfiguration } from '@aws-sdk/client-apigatewayv2';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListResourceRecordSetsCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { Aws } from '../aws';
import { type Check, check, type Evaluation } from '../../aws-checks/check';
import { hostName } from '../../aws-checks/dns';
import type { Deployment } from '../deployment';
import type { Query } from '../../aws-checks/query';

const FAMILIES = ['A', 'AAAA'] as const;

interface Zone {
  readonly hostedZoneId: string;
  readonly partition: string;
}

/** The targets of the records. */
interface Targets {
  /** Load balancer of the HTTP lane. */
  readonly loadBalancer: Query<LoadBalancer>;
  /** Custom domain of the WebSocket API; absent without one. */
  readonly domain?: Query<DomainNameConfiguration>;
  /** Load balancer of the servers of the WebSocket lane; absent without servers. */
  readonly serversLoadBalancer?: Query<LoadBalancer>;
}

/** Checks the records in the hosted zone. */
export function recordChecks(deployment: Deployment, hostedZoneId: string, aws: Aws, targets: Targets): Check[] {
  const { distribution, httpHost, ipAddressType, webSocketHost, webSocketApi: api, partition } = deployment;
  const { loadBalancer, domain, serversLoadBalancer } = targets;
  const zone = { hostedZoneId, partition };
  const families = ipAddressType === 'ipv4' ? (['A'] as const) : FAMILIES;
  const ofLoadBalancer = (host: string, target: Query<LoadBalancer>) =>
    distribution?.internalLoadBalancers
      ? [noRecord(host, zone, aws)]
      : loadBalancerRecords(host, families, target, zone, aws);
  return [
    ...(distribution ? distributionRecords(distribution.host, distribution.alias.name, zone, aws) : []),
    ...ofLoadBalancer(httpHost, loadBalancer),
    // One load balancer for both lanes has one host.
    ...(serversLoadBalancer && webSocketHost !== httpHost ? ofLoadBalancer(webSocketHost, serversLoadBalancer) : []),
    ...(api && domain ? domainRecords(api.host, domain, zone, aws) : []),
  ];
}

function loadBalancerRecords(
  host: string,
  families: readonly string[],
  loadBalancer: Query<LoadBalancer>,
  zone: Zone,
  aws: Aws,
): Check[] {
  const records = recordsOf(host, zone, aws);
  return families.map((family) =>
    check(`${host} has an ${family} alias to the load balancer`, [records, loadBalancer], (found, { DNSName }) =>
      aliased(found, family, DNSName),
    ),
  );
}

function domainRecords(host: string, domain: Query<DomainNameConfiguration>, zone: Zone, aws: Aws): Check[] {
  const records = recordsOf(host, zone, aws);
  return FAMILIES.map((family) =>
    check(`${host} has an ${family} alias to its custom domain`, [records, domain], (found, { ApiGatewayDomainName }) =>
      aliased(found, family, ApiGatewayDomainName),
    ),
  );
}

function distributionRecords(host: string, domainName: string, zone: Zone, aws: Aws): Check[] {
  const records = recordsOf(host, zone, aws);
  return FAMILIES.map((family) =>
    check(`${host} has an ${family} alias to the distribution ${domainName}`, [records], (found) =>
      aliased(found, family, domainName),
    ),
  );
}

/** A record that is left would lead clients past the gateway. */
function noRecord(host: string, zone: Zone, aws: Aws): Check {
  return check(
    `${host} has no record, because its load balancer is internal`,
    [recordsOf(host, zone, aws)],
    (found) => {
      const types = found.map(({ Type }) => Type).filter((type) => type === 'CNAME' || type === 'A' || type === 'AAAA');
      return {
        passed: types.length === 0,
        found: types.length === 0 ? 'no record' : `${types.join(', ')}. Fix: delete the records of ${host}.`,
      };
    },
  );
}

/** Query for the record sets of exactly this name. */
function recordsOf(host: string, { partition, hostedZoneId }: Zone, aws: Aws): Query<ResourceRecordSet[]> {
  return {
    action: 'route53:ListResourceRecordSets',
    arn: `arn:${partition}:route53:::hostedzone/${hostedZoneId}`,
    subject: `the hosted zone ${hostedZoneId}`,
    run: async () => {
      const command = new ListResourceRecordSetsCommand({ HostedZoneId: hostedZoneId, StartRecordName: host });
      const { ResourceRecordSets = [] } = await aws.route53.send(command);
      // The list starts at this name and continues with later names of the zone.
      return ResourceRecordSets.filter(({ Name = '' }) => hostName(Name) === host);
    },
  };
}

function aliased(records: readonly ResourceRecordSet[], family: string, target: string | undefined): Evaluation {
  const ofFamily = records.filter(({ Type }) => Type === family);
  const names = ofFamily.map(({ AliasTarget }) => AliasTarget?.DNSName);
  return {
    passed: names.length > 0 && target !== undefined && names.every((name) => name && same(name, target)),
    found: names.map((name) => name ?? 'a record that is not an alias').join(', ') || `no ${family} record`,
  };
}

/** Compares two names. The Route 53 console adds `dualstack.` to a load balancer's name, which resolves to the same addresses. */
function same(name: string, target: string): boolean {
  return hostName(name).replace(/^dualstack\./, '') === hostName(target);
}
