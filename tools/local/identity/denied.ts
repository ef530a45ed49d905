/**
 * @param roleArn - `arn:aws:iam::123456789012:role/path/NAME`
 * @param statementToAdd - undefined if a policy denies it explicitly: no statement lifts that
 * @returns the line of the log for a call that was denied: who, what, on which resource, and what would allow it
 */
export function deniedLine(roleArn: string, action: string, resource: string, statementToAdd?: object): string {
  const mend = statementToAdd
    ? `to allow it, add to its policy ${JSON.stringify(statementToAdd)}`
    : 'a policy denies it explicitly';
  return `Access denied: ${roleArn.split('/').at(-1)} may not ${action} on ${resource}; ${mend}`;
}
