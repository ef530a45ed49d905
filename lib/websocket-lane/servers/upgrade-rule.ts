import {
  type ApplicationListener,
  ApplicationListenerRule,
  type IApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { LaneDomain } from '../../domains/lane-domain';
import { SOCKET_PATH } from '../../domains/lane-urls';
import { gatewayConditions } from '../../load-balancer/gateway-access';

/** Priority of the rule for handshakes. The HTTP lane has a rule with the priority 1, for tokens. */
const UPGRADE_PRIORITY = 10;

/** Priority of the rule for other requests to the host. */
const OTHER_PRIORITY = 11;

/** Response to a request that is not a WebSocket handshake. */
export const UPGRADE_REQUIRED = ListenerAction.fixedResponse(426, {
  contentType: 'text/plain',
  messageBody: 'Upgrade Required',
});

/** Adds the rule that forwards the WebSocket handshakes of a lane, and no other requests, to the target group. */
export function addUpgradeRule(
  scope: Construct,
  listener: ApplicationListener,
  domain: LaneDomain,
  targetGroup: IApplicationTargetGroup,
): void {
  new ApplicationListenerRule(scope, 'UpgradeRule', {
    listener,
    priority: UPGRADE_PRIORITY,
    conditions: [
      ...placeOf(domain),
      ListenerCondition.httpHeader('Upgrade', ['websocket']),
      ...gatewayConditions(domain.gateway),
    ],
    action: ListenerAction.forward([targetGroup]),
  });
}

/** Adds the rule that answers all other requests to the host, or to the path of a gateway, with 426. */
export function addUpgradeRequiredRule(scope: Construct, listener: ApplicationListener, domain: LaneDomain): void {
  new ApplicationListenerRule(scope, 'UpgradeRequiredRule', {
    listener,
    priority: OTHER_PRIORITY,
    conditions: [...placeOf(domain), ...gatewayConditions(domain.gateway)],
    action: UPGRADE_REQUIRED,
  });
}

/** The host of the lane, and with a gateway the path: the host can be that of the HTTP lane, too. */
function placeOf({ hostName, gateway }: LaneDomain): ListenerCondition[] {
  return [
    ListenerCondition.hostHeaders([hostName]),
    ...(gateway ? [ListenerCondition.pathPatterns([SOCKET_PATH])] : []),
  ];
}
