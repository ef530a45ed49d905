/**
 * @param roleArn - `arn:aws:iam::123456789012:role/path/NAME`
 * @param statementToAdd - undefined if a policy denies the action explicitly: no statement can allow it then
 * @returns the log line for a denied call, with role, action, resource and fix
 */
export function deniedLine(roleArn: string, action: string, resource: string, statementToAdd?: object): string {
  const fix = statementToAdd
    ? `add to its policy ${JSON.stringify(statementToAdd)}`
    : 'remove the statement that denies it explicitly';
  return `Access denied: ${roleArn.split('/').at(-1)} is not allowed to call ${action} on ${resource}. Fix: ${fix}`;
}
