import type { Aws } from './aws';
import type { Group } from './check';
import { certificateChecks } from './checks/certificates';
import { functionChecks } from './checks/functions';
import { issuerChecks } from './checks/issuer';
import { listenerChecks } from './checks/listener';
import { loadBalancerChecks, loadBalancerOf } from './checks/load-balancer';
import { recordChecks } from './checks/records';
import { scalingChecks } from './checks/scaling';
import { tableChecks } from './checks/tables';
import { targetGroupChecks } from './checks/target-group';
import { domainOf, webSocketApiChecks } from './checks/websocket-api';
import type { Deployment } from './deployment';
import type { Query } from './query';

/** All checks of a deployment, in the order in which a request passes the resources. Runs no query yet. */
export function checkGroups(deployment: Deployment, aws: Aws, now: Date): Group[] {
  const loadBalancer = loadBalancerOf(deployment, aws);
  const domain = domainOf(deployment, aws);
  return [
    { name: 'Records', checks: recordChecks(deployment, aws, loadBalancer, domain) },
    { name: 'Certificates', checks: certificateChecks(deployment, aws, now) },
    {
      name: 'HTTP lane',
      checks: [
        ...loadBalancerChecks(deployment, aws, loadBalancer),
        ...listenerChecks(deployment, aws),
        ...targetGroupChecks(deployment, aws),
      ],
    },
    { name: 'Tokens', checks: issuerChecks(deployment) },
    { name: 'WebSocket lane', checks: webSocketApiChecks(deployment, aws, domain) },
    { name: 'Scaling', checks: scalingChecks(deployment, aws) },
    { name: 'Functions', checks: functionChecks(deployment, aws) },
    { name: 'Tables', checks: tableChecks(deployment, aws) },
  ];
}

/** Descriptions of what the deployment has and the command does not check, for the user to check. */
export function notChecked({ tokens, webAclArn, distributionDomainName }: Deployment): string[] {
  return [
    ...(tokens
      ? [`${tokens.issuer}: whether it issues tokens for the audience ${tokens.audience}, and who can sign in`]
      : []),
    ...(webAclArn ? [`${webAclArn}: whether it is associated with the load balancer, its rules and its logging`] : []),
    ...(distributionDomainName
      ? [`${distributionDomainName}: whether it is enabled, its TLS policy, its origin and its web ACL`]
      : []),
  ];
}

/** The queries of all checks, each once. */
export function queriesOf(groups: readonly Group[]): Set<Query> {
  return new Set(groups.flatMap(({ checks }) => checks.flatMap(({ queries }) => queries)));
}
