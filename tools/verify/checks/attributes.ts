import { type Check, check } from '../check';
import type { Question } from '../question';

/** Attributes of a load balancer, listener or target group, by key; Elastic Load Balancing answers `''` for unset ones. */
export type Attributes = ReadonlyMap<string, string>;

/** Asks for the attributes of one resource of Elastic Load Balancing, whose three calls for it answer in one shape. */
export function attributes(
  action: string,
  subject: string,
  describe: () => Promise<{ Attributes?: { Key?: string; Value?: string }[] }>,
): Question<Attributes> {
  return {
    action,
    arn: '*',
    subject,
    ask: async () => {
      const { Attributes = [] } = await describe();
      return new Map(Attributes.map(({ Key = '', Value = '' }) => [Key, Value]));
    },
  };
}

/** The promise that one attribute has one value. */
export function attribute(promise: string, question: Question<Attributes>, key: string, value: string): Check {
  return check(promise, [question], (found) => ({
    kept: found.get(key) === value,
    found: `${key}: ${found.get(key) || 'not set'}`,
  }));
}
