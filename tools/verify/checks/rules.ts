import { DescribeRulesCommand, type Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import type { Servers } from '../deployment';

/** Query for the rules of a listener, with the default rule. */
export function rulesOf({ listenerArn }: Pick<Servers, 'listenerArn'>, aws: Aws): Query<Rule[]> {
  return {
    action: 'elasticloadbalancing:DescribeRules',
    arn: '*',
    subject: `the listener ${listenerArn}`,
    run: async () => {
      // One page has up to 400 rules. A load balancer has at most 100 by default.
      const command = new DescribeRulesCommand({ ListenerArn: listenerArn, PageSize: 400 });
      return (await aws.loadBalancing.send(command)).Rules;
    },
  };
}

/** True if the rule requires one of these values of a header. Without values: any value. The names of headers have no case. */
export function requiresHeader({ Conditions = [] }: Rule, name: string, value?: string): boolean {
  return Conditions.some(
    ({ HttpHeaderConfig: header }) =>
      header?.HttpHeaderName?.toLowerCase() === name && (value === undefined || header.Values?.includes(value)),
  );
}
