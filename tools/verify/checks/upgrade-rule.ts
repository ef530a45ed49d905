import { DescribeRulesCommand, type Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import type { Servers } from '../deployment';

/** Checks the rules of the listener for the host of the WebSocket lane. */
export function upgradeRuleChecks({ listenerArn, targetGroupArn }: Servers, host: string, aws: Aws): Check[] {
  const query: Query<Rule[]> = {
    action: 'elasticloadbalancing:DescribeRules',
    arn: '*',
    subject: `the listener ${listenerArn}`,
    run: async () => {
      // One page has up to 400 rules. A load balancer has at most 100 by default.
      const command = new DescribeRulesCommand({ ListenerArn: listenerArn, PageSize: 400 });
      return (await aws.loadBalancing.send(command)).Rules;
    },
  };
  return [
    check(`Handshakes for ${host} are forwarded to the servers`, [query], (rules) => {
      const rule = rules.find((one) => selects(one, host));
      const target = rule?.Actions?.find(({ Type }) => Type === 'forward')?.TargetGroupArn;
      return {
        passed: target === targetGroupArn,
        found: rule ? (target ?? 'a rule that does not forward') : 'no rule',
      };
    }),
    check(`Other requests to ${host} are answered with 426`, [query], (rules) => {
      const rule = [...rules].sort((one, other) => placeOf(one) - placeOf(other)).find((one) => selectsAll(one, host));
      const answer = rule?.Actions?.at(-1);
      const status = answer?.FixedResponseConfig?.StatusCode;
      return { passed: status === '426', found: status ?? answer?.Type ?? 'no rule' };
    }),
  ];
}

/** True for the rule of handshakes: it selects the host and the header `Upgrade: websocket`. */
function selects({ Conditions = [] }: Rule, host: string): boolean {
  return (
    Conditions.some(({ HostHeaderConfig }) => HostHeaderConfig?.Values?.includes(host)) &&
    Conditions.some(
      ({ HttpHeaderConfig: header }) =>
        header?.HttpHeaderName?.toLowerCase() === 'upgrade' && header.Values?.includes('websocket'),
    )
  );
}

/** True for a rule that selects every request to the host. The default rule has no conditions. */
function selectsAll({ Conditions = [] }: Rule, host: string): boolean {
  return Conditions.every(({ HostHeaderConfig }) => HostHeaderConfig?.Values?.includes(host));
}

/** Place of a rule in the order of evaluation. The priority of the default rule, which is the last, is `default`. */
function placeOf({ Priority }: Rule): number {
  return Priority === undefined || Priority === 'default' ? Number.MAX_SAFE_INTEGER : Number(Priority);
}
