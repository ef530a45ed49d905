import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';

/** Attributes of a load balancer, listener or target group, by key. Elastic Load Balancing returns `''` for unset ones. */
export type Attributes = ReadonlyMap<string, string>;

/** Queries the attributes of one Elastic Load Balancing resource. The three calls for this return the same shape. */
export function attributes(
  action: string,
  subject: string,
  describe: () => Promise<{ Attributes?: { Key?: string; Value?: string }[] }>,
): Query<Attributes> {
  return {
    action,
    arn: '*',
    subject,
    run: async () => {
      const { Attributes = [] } = await describe();
      return new Map(Attributes.map(({ Key = '', Value = '' }) => [Key, Value]));
    },
  };
}

/** Checks that one attribute has one value. */
export function attribute(expected: string, query: Query<Attributes>, key: string, value: string): Check {
  return check(expected, [query], (found) => ({
    passed: found.get(key) === value,
    found: `${key}: ${found.get(key) || 'not set'}`,
  }));
}
