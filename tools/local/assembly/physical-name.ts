import { createHash } from 'node:crypto';

/** A resource of a stack. Stacks of one name can be in several Regions and accounts. */
export interface Declaration {
  readonly stackName: string;
  readonly logicalId: string;
  readonly region: string;
  readonly accountId: string;
}

/** A physical name in CloudFormation's form, but the same in every run: `Stack-LogicalId-1A2B3C4D5E6F`. */
export function physicalName(declaration: Declaration, longest: number): string {
  const { stackName, logicalId } = declaration;
  const suffix = digest(declaration).slice(0, 12).toUpperCase();
  const room = longest - suffix.length - 2;
  const stack = stackName.slice(0, Math.max(room - logicalId.length, Math.floor(room / 2)));
  return `${stack}-${logicalId.slice(0, room - stack.length)}-${suffix}`;
}

/** An id in API Gateway's form, lower-case letters and digits, the same in every run. */
export function physicalId(declaration: Declaration, length: number): string {
  return digest(declaration).slice(0, length);
}

function digest({ stackName, logicalId, region, accountId }: Declaration): string {
  return createHash('sha256').update([stackName, logicalId, region, accountId].join('\n')).digest('hex');
}
