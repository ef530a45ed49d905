import type { Aws } from './aws';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Check, Group } from '../aws-checks/check';
import type { Query } from '../aws-checks/query';
import { certificateChecks } from './checks/certificates';
import { dnsChecks, type Resolve } from './checks/dns';
import { eventSourceChecks } from './checks/event-sources';
import { functionChecks } from './checks/functions';
import { idleTimeoutCheck } from './checks/idle-timeout';
import { issuerChecks } from './checks/issuer';
import { listenerChecks } from './checks/listener';
import { listenerCertificateChecks } from './checks/listener-certificates';
import { loadBalancerChecks, loadBalancerOf, loadBalancerSettingsOf } from './checks/load-balancer';
import { postingChecks } from './checks/posting';
import { queueChecks, queuesOf } from './checks/queues';
import { recordChecks } from './checks/records';
import { routeChecks } from './checks/routes';
import { scalingChecks } from './checks/scaling';
import { serviceChecks } from './checks/service';
import { tableChecks, tablesOf } from './checks/tables';
import { targetGroupChecks } from './checks/target-group';
import { upgradeRuleChecks } from './checks/upgrade-rule';
import { webAclChecks } from './checks/web-acl';
import { domainOf, webSocketApiChecks } from './checks/websocket-api';
import type { Deployment, Servers } from './deployment';

/** All checks of a deployment, in the order in which a request passes the resources. Runs no query yet. */
export function checkGroups(deployment: Deployment, aws: Aws, resolve: Resolve, now: Date): Group[] {
  const { webSocketApi: api, webSocketServers: servers } = deployment;
  const loadBalancer = loadBalancerOf(deployment, aws);
  const settings = loadBalancerSettingsOf(deployment, aws);
  const domain = api && domainOf(api, deployment, aws);
  const serversLoadBalancer = servers && loadBalancerOf(servers, aws);
  const tables = tablesOf(deployment, aws);
  const queues = queuesOf(deployment, aws);
  return [
    {
      name: 'Records',
      checks: deployment.hostedZoneId
        ? recordChecks(deployment, deployment.hostedZoneId, aws, { loadBalancer, domain, serversLoadBalancer })
        : dnsChecks(deployment, resolve),
    },
    { name: 'Certificates', checks: certificateChecks(deployment, aws, now) },
    {
      name: 'HTTP lane',
      checks: [
        ...loadBalancerChecks(deployment, loadBalancer, settings),
        ...webAclChecks(deployment, aws),
        ...listenerChecks(deployment, deployment.httpCertificateArn, aws),
        ...targetGroupChecks(deployment, aws),
        ...serviceChecks(deployment.httpScaling, deployment, aws),
      ],
    },
    { name: 'Tokens', checks: issuerChecks(deployment, aws) },
    {
      name: 'WebSocket lane',
      checks: [
        ...(api && domain
          ? [...webSocketApiChecks(api, deployment, aws, domain), ...routeChecks(api, deployment, aws)]
          : []),
        ...(servers && serversLoadBalancer ? serversChecks(servers, deployment, aws, serversLoadBalancer) : []),
      ],
    },
    { name: 'Scaling', checks: scalingChecks(deployment, aws) },
    { name: 'Functions', checks: functionChecks(deployment, aws) },
    { name: 'Tables', checks: tableChecks(deployment, aws, tables) },
    { name: 'Queues', checks: queueChecks(deployment, queues) },
    { name: 'Event sources', checks: eventSourceChecks(deployment, aws, tables, queues) },
  ];
}

/** Checks of the servers of the WebSocket lane. A load balancer that the lanes share is checked as that of the HTTP lane. */
function serversChecks(servers: Servers, deployment: Deployment, aws: Aws, loadBalancer: Query<LoadBalancer>): Check[] {
  const { webSocketHost: host, webSocketCertificateArn: certificateArn, webSocketScaling } = deployment;
  const isShared = servers.loadBalancerArn === deployment.loadBalancerArn;
  const settings = loadBalancerSettingsOf(servers, aws);
  return [
    ...(isShared
      ? listenerCertificateChecks(servers, host, certificateArn, aws)
      : [...loadBalancerChecks(deployment, loadBalancer, settings), ...listenerChecks(servers, certificateArn, aws)]),
    idleTimeoutCheck(settings),
    ...upgradeRuleChecks(servers, host, aws),
    ...targetGroupChecks(servers, aws),
    ...webSocketScaling.flatMap((scaling) => [
      ...serviceChecks(scaling, deployment, aws),
      ...postingChecks(scaling, deployment, aws),
    ]),
  ];
}

/** Descriptions of what the deployment has and the command does not check, for the user to check. */
export function notChecked(deployment: Deployment): string[] {
  const { tokens, webAclArn, webSocketAlias, originAlias, webSocketServers, deliveryQueue } = deployment;
  return [
    ...(tokens
      ? [`${tokens.issuer}: whether it issues tokens for the audience ${tokens.audience}, and who can sign in`]
      : []),
    ...(webAclArn ? [`${webAclArn}: its rules and its logging`] : []),
    ...(originAlias
      ? [`${webSocketAlias.name}: whether it is enabled, its TLS policy, its origin and its web ACL`]
      : []),
    ...(webSocketServers && !deliveryQueue
      ? ['The image of the servers: whether it authenticates clients, and how it receives messages']
      : []),
  ];
}
