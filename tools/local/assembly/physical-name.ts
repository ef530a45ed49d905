import { createHash } from 'node:crypto';

/** A physical name in CloudFormation's form, but the same in every run: `Stack-LogicalId-1A2B3C4D5E6F`. */
export function physicalName(stackName: string, logicalId: string, longest: number): string {
  const suffix = digest(stackName, logicalId).slice(0, 12).toUpperCase();
  const room = longest - suffix.length - 2;
  const stack = stackName.slice(0, Math.max(room - logicalId.length, Math.floor(room / 2)));
  return `${stack}-${logicalId.slice(0, room - stack.length)}-${suffix}`;
}

/** An id in API Gateway's form, lower-case letters and digits, the same in every run. */
export function physicalId(stackName: string, logicalId: string, length: number): string {
  return digest(stackName, logicalId).slice(0, length);
}

function digest(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}
