import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Deployment, Servers } from '../deployment';
import { requiresHeader } from './rules';

/** Place of the WebSocket lane at a listener. */
type Place = Pick<Deployment, 'webSocketHost' | 'socketPath'>;

/**
 * Checks the rules of the listener for the host of the WebSocket lane, and for its path if there is one.
 *
 * @param other - status of the response to requests there that are no handshakes
 */
export function upgradeRuleChecks(
  { targetGroupArn }: Servers,
  place: Place,
  rules: Query<Rule[]>,
  other = '426',
): Check[] {
  const name = `${place.webSocketHost}${place.socketPath}`;
  return [
    check(`Handshakes for ${name} are forwarded to the servers`, [rules], (found) => {
      const rule = found.find((one) => selects(one, place));
      const target = rule?.Actions?.find(({ Type }) => Type === 'forward')?.TargetGroupArn;
      return {
        passed: target === targetGroupArn,
        found: rule ? (target ?? 'a rule that does not forward') : 'no rule',
      };
    }),
    check(`Other requests to ${name} are answered with ${other}`, [rules], (found) => {
      const rule = [...found].sort((one, next) => placeOf(one) - placeOf(next)).find((one) => selectsAll(one, place));
      const answer = rule?.Actions?.at(-1);
      const status = answer?.FixedResponseConfig?.StatusCode;
      return { passed: status === other, found: status ?? answer?.Type ?? 'no rule' };
    }),
  ];
}

/** True for the rule of handshakes: it selects the host, the path if there is one, and the header `Upgrade: websocket`. */
function selects(rule: Rule, { webSocketHost, socketPath }: Place): boolean {
  const { Conditions = [] } = rule;
  const paths = Conditions.flatMap(({ PathPatternConfig }) => PathPatternConfig?.Values ?? []);
  return (
    Conditions.some(({ HostHeaderConfig }) => HostHeaderConfig?.Values?.includes(webSocketHost)) &&
    (socketPath === '' ? paths.length === 0 : paths.includes(socketPath)) &&
    requiresHeader(rule, 'upgrade', 'websocket')
  );
}

/** True for a rule that selects every request to the host, at the path if there is one. The default rule has no conditions. */
function selectsAll({ Conditions = [] }: Rule, { webSocketHost, socketPath }: Place): boolean {
  return Conditions.every(
    ({ HostHeaderConfig, PathPatternConfig }) =>
      HostHeaderConfig?.Values?.includes(webSocketHost) ||
      (socketPath !== '' && PathPatternConfig?.Values?.includes(socketPath)),
  );
}

/** Place of a rule in the order of evaluation. The priority of the default rule, which is the last, is `default`. */
function placeOf({ Priority }: Rule): number {
  return Priority === undefined || Priority === 'default' ? Number.MAX_SAFE_INTEGER : Number(Priority);
}
