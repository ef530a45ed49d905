import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import { requiresHeader } from './rules';

/** Header with which a distribution authenticates to public load balancers. */
export const ORIGIN_SECRET_HEADER = 'x-origin-secret';

/** Checks that a public load balancer forwards only requests with the secret of the gateway. The report never has its value. */
export function originSecretCheck(rules: Query<Rule[]>): Check {
  return check(`Every rule that forwards requires the header ${ORIGIN_SECRET_HEADER}`, [rules], (found) => {
    const forwarding = found.filter(({ Actions = [] }) => Actions.some(({ Type }) => Type === 'forward'));
    const open = forwarding.filter((rule) => !requiresHeader(rule, ORIGIN_SECRET_HEADER));
    return {
      passed: forwarding.length > 0 && open.length === 0,
      found:
        open.length > 0
          ? `rules without it: ${open.map(({ Priority }) => Priority ?? 'not set').join(', ')}`
          : `${forwarding.length} ${forwarding.length === 1 ? 'rule forwards' : 'rules forward'}`,
    };
  });
}
