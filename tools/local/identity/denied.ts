import type { Denial, LogLine } from '../log-line';

/**
 * Describes a denied call for the log, with role, action, resource and fix.
 *
 * @param denied - `role` is an ARN: `arn:aws:iam::123456789012:role/path/NAME`. Without `statementToAdd` a policy denies the action
 *   explicitly, and no statement can allow it
 */
export function deniedCall(denied: Denial): Pick<LogLine, 'text' | 'denied'> {
  const { role, action, resource, statementToAdd } = denied;
  const fix = statementToAdd
    ? `add to its policy ${JSON.stringify(statementToAdd)}`
    : 'remove the statement that denies it explicitly';
  const text = `Access denied: ${role.split('/').at(-1)} is not allowed to call ${action} on ${resource}. Fix: ${fix}`;
  return { text, denied };
}
