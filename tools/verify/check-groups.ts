import type { Aws } from './aws';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Check, Group } from '../aws-checks/check';
import type { Query } from '../aws-checks/query';
import { aliasChecks } from './checks/aliases';
import { canaryChecks } from './checks/canary';
import { certificateChecks } from './checks/certificates';
import { dashboardCheck } from './checks/dashboard';
import { dnsChecks } from './checks/dns';
import { eventSourceChecks } from './checks/event-sources';
import { alarmTopicChecks } from './checks/alarm-topic';
import { functionChecks } from './checks/functions';
import { gatewayChecks } from './checks/gateway';
import { healthChecks } from './checks/health';
import { idleTimeoutCheck } from './checks/idle-timeout';
import { issuerChecks } from './checks/issuer';
import { listenerChecks } from './checks/listener';
import { listenerCertificateChecks } from './checks/listener-certificates';
import { loadBalancerChecks, loadBalancerOf, loadBalancerSettingsOf } from './checks/load-balancer';
import { originSecretCheck } from './checks/origin-secret';
import { postingChecks } from './checks/posting';
import { queueChecks, queuesOf } from './checks/queues';
import { recordChecks } from './checks/records';
import { routeChecks } from './checks/routes';
import { rulesOf } from './checks/rules';
import { scalingChecks } from './checks/scaling';
import { serviceChecks } from './checks/service';
import { tableChecks, tablesOf } from './checks/tables';
import { targetGroupChecks } from './checks/target-group';
import { upgradeRuleChecks } from './checks/upgrade-rule';
import { webAclChecks } from './checks/web-acl';
import { domainOf, webSocketApiChecks } from './checks/websocket-api';
import type { Deployment, Servers } from './deployment';
import type { Outside } from './outside';

/** All checks of a deployment, in the order in which a request passes the resources. Runs no query yet. */
export function checkGroups(deployment: Deployment, aws: Aws, outside: Outside, now: Date): Group[] {
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
        : dnsChecks(deployment, outside),
    },
    { name: 'Certificates', checks: certificateChecks(deployment, aws, now) },
    { name: 'Gateway', checks: gatewayChecks(deployment, outside) },
    {
      name: 'HTTP lane',
      checks: [
        ...loadBalancerChecks(deployment, loadBalancer, settings),
        ...webAclChecks(deployment, aws),
        ...listenerChecks(deployment, deployment.httpCertificateArn, aws),
        ...(requiresSecret(deployment) ? [originSecretCheck(rulesOf(deployment, aws))] : []),
        ...targetGroupChecks(deployment, aws),
        ...serviceChecks(deployment.httpScaling, 'http', deployment, aws),
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
    { name: 'Functions', checks: [...functionChecks(deployment, aws), ...aliasChecks(deployment, aws)] },
    { name: 'Tables', checks: tableChecks(deployment, aws, tables) },
    { name: 'Queues', checks: queueChecks(deployment, queues) },
    { name: 'Event sources', checks: eventSourceChecks(deployment, aws, tables, queues) },
    { name: 'Operation', checks: operationChecks(deployment, aws, now) },
  ];
}

/** Checks of the servers of the WebSocket lane. A load balancer that the lanes share is checked as that of the HTTP lane. */
function serversChecks(servers: Servers, deployment: Deployment, aws: Aws, loadBalancer: Query<LoadBalancer>): Check[] {
  const { webSocketHost: host, webSocketCertificateArn: certificateArn, webSocketScaling } = deployment;
  const isShared = servers.loadBalancerArn === deployment.loadBalancerArn;
  const settings = loadBalancerSettingsOf(servers, aws);
  const rules = rulesOf(servers, aws);
  const refusal = !isShared && requiresSecret(deployment) ? '403' : '426';
  return [
    ...(isShared
      ? listenerCertificateChecks(servers, host, certificateArn, aws)
      : [...loadBalancerChecks(deployment, loadBalancer, settings), ...listenerChecks(servers, certificateArn, aws)]),
    idleTimeoutCheck(settings),
    ...upgradeRuleChecks(servers, deployment, rules, refusal),
    ...(!isShared && requiresSecret(deployment) ? [originSecretCheck(rules)] : []),
    ...targetGroupChecks(servers, aws),
    ...webSocketScaling.flatMap((scaling) => [
      ...serviceChecks(scaling, 'websocket', deployment, aws),
      ...postingChecks(scaling, deployment, aws),
    ]),
  ];
}

/** Checks of the alarms, the topic that they notify, the dashboard and the canary. */
function operationChecks(deployment: Deployment, aws: Aws, now: Date): Check[] {
  const { operation } = deployment;
  return operation
    ? [
        ...healthChecks(operation, aws),
        ...alarmTopicChecks(operation.alarmTopicArn, deployment, aws),
        ...(operation.dashboard === undefined ? [] : [dashboardCheck(operation.dashboard, deployment, aws)]),
        ...(operation.canary === undefined ? [] : canaryChecks(operation.canary, deployment, aws, now)),
      ]
    : [];
}

/** True if public load balancers must refuse requests that do not come through the distribution. */
function requiresSecret({ distribution }: Deployment): boolean {
  return distribution !== undefined && !distribution.internalLoadBalancers;
}

/** Descriptions of what the deployment has and the command does not check, for the user to check. */
export function notChecked(deployment: Deployment): string[] {
  const { tokens, webAclArn, distribution, socketPath, webSocketServers, deliveryQueue, operation } = deployment;
  return [
    ...(tokens
      ? [`${tokens.issuer}: whether it issues tokens for the audience ${tokens.audience}, and who can sign in`]
      : []),
    ...(webAclArn ? [`${webAclArn}: its rules and its logging`] : []),
    ...(distribution ? [`The distribution ${distribution.id}: its TLS policy, its caching and its web ACL`] : []),
    ...(distribution && deliveryQueue && !tokens
      ? [`wss://${distribution.host}${socketPath}: whether it opens WebSockets, because a check would open one`]
      : []),
    ...(webSocketServers && !deliveryQueue
      ? ['The image of the servers: whether it authenticates clients, and how it receives messages']
      : []),
    ...(operation ? [`${operation.alarmTopicArn}: who receives its notifications, and whether they arrive`] : []),
    ...(operation?.canary
      ? [
          `The canary ${operation.canary.name}: its user and the value of its secret, because its alarm reports a failed sign-in`,
        ]
      : []),
  ];
}
