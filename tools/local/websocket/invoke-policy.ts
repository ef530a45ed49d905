/**
 * @returns true if an authorizer's policy lets the client invoke `resource`: a statement allows it, and none denies it.
 * Throws for a statement with conditions, which this runner does not evaluate.
 *
 * @param resource - `arn:aws:execute-api:us-east-1:123456789012:abc123/prod/$connect`
 */
export function allowsInvoke(policyDocument: unknown, resource: string): boolean {
  const { Statement } = policyDocument as { Statement?: unknown };
  const matching = listOf(Statement)
    .map((statement) => statement as Record<string, unknown>)
    .filter(
      (statement) => covers(statement, 'Action', 'execute-api:Invoke') && covers(statement, 'Resource', resource),
    );
  if (matching.some(({ Condition }) => Condition !== undefined)) {
    throw new Error('a Condition in the policy of an authorizer is not evaluated on this machine');
  }
  return matching.some(({ Effect }) => Effect === 'Allow') && matching.every(({ Effect }) => Effect !== 'Deny');
}

function covers(statement: Record<string, unknown>, element: 'Action' | 'Resource', value: string): boolean {
  const patterns = statement[element];
  return patterns === undefined
    ? !listOf(statement[`Not${element}`] ?? '*').some((pattern) => matches(String(pattern), value))
    : listOf(patterns).some((pattern) => matches(String(pattern), value));
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** Matches a pattern: `*` stands for any characters, `?` for one. Actions and resources are case-insensitive. */
function matches(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 'i').test(value);
}
