import {
  type ApplicationListener,
  ApplicationListenerRule,
  type IApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';

/** Priority of the rule for handshakes. The HTTP lane has a rule with the priority 1, for tokens. */
const UPGRADE_PRIORITY = 10;

/** Priority of the rule for other requests to the host. */
const OTHER_PRIORITY = 11;

/** Response to a request that is not a WebSocket handshake. */
export const UPGRADE_REQUIRED = ListenerAction.fixedResponse(426, {
  contentType: 'text/plain',
  messageBody: 'Upgrade Required',
});

/** Adds the rule that forwards the WebSocket handshakes of a host, and no other requests, to the target group. */
export function addUpgradeRule(
  scope: Construct,
  listener: ApplicationListener,
  hostName: string,
  targetGroup: IApplicationTargetGroup,
): void {
  new ApplicationListenerRule(scope, 'UpgradeRule', {
    listener,
    priority: UPGRADE_PRIORITY,
    conditions: [ListenerCondition.hostHeaders([hostName]), ListenerCondition.httpHeader('Upgrade', ['websocket'])],
    action: ListenerAction.forward([targetGroup]),
  });
}

/** Adds the rule that answers all other requests to the host with 426. */
export function addUpgradeRequiredRule(scope: Construct, listener: ApplicationListener, hostName: string): void {
  new ApplicationListenerRule(scope, 'UpgradeRequiredRule', {
    listener,
    priority: OTHER_PRIORITY,
    conditions: [ListenerCondition.hostHeaders([hostName])],
    action: UPGRADE_REQUIRED,
  });
}
