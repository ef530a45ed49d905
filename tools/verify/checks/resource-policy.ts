import { z } from 'zod';

const Texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

const Policy = z.object({
  Statement: z.array(
    z.object({
      Effect: z.string(),
      Principal: z.union([z.literal('*'), z.record(z.string(), Texts)]).optional(),
      Action: Texts.optional(),
      Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    }),
  ),
});

type Statement = z.output<typeof Policy>['Statement'][number];

/** A service that acts for an account. */
export interface Caller {
  /** `cloudwatch.amazonaws.com` */
  readonly service: string;
  readonly account: string;
}

/** Keys of conditions, in lower case, with the account for which a service acts. */
const ACCOUNT_KEYS = ['aws:sourceaccount', 'aws:sourceowner'];

/**
 * Evaluates a resource policy of AWS. It considers statements that allow, and their conditions on the account: not denials, and no
 * other condition.
 *
 * @param policy JSON of the policy
 * @returns true if the policy lets the caller perform each action. False if it is not a policy
 */
export function allows(policy: string, { service, account }: Caller, actions: readonly string[]): boolean {
  const parsed = Policy.safeParse(jsonOf(policy));
  const statements = parsed.success ? parsed.data.Statement : [];
  return actions.every((action) =>
    statements.some(
      (statement) =>
        statement.Effect === 'Allow' &&
        isFor(statement, service) &&
        (statement.Action ?? []).some((pattern) => matches(pattern, action)) &&
        isForAccount(statement, account),
    ),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFor({ Principal }: Statement, service: string): boolean {
  return Principal === '*' || Principal?.AWS?.includes('*') === true || Principal?.Service?.includes(service) === true;
}

function isForAccount({ Condition = {} }: Statement, account: string): boolean {
  return Object.values(Condition)
    .flatMap((values) => Object.entries(values))
    .filter(([key]) => ACCOUNT_KEYS.includes(key.toLowerCase()))
    .every(([, value]) => [value].flat().includes(account));
}

/** Actions are case-insensitive, and `*` matches any characters. */
function matches(pattern: string, action: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`, 'i').test(action);
}
