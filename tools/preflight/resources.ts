import { hostName } from '../aws-checks/dns';
import type { PlannedResource, PlannedStack } from './planned-stack';

/** The resources of these types, in the order of the template. */
export function ofType({ resources }: Pick<PlannedStack, 'resources'>, ...types: string[]): PlannedResource[] {
  return resources.filter(({ type }) => types.includes(type));
}

/** The value if it is a text that the template contains, and undefined for a reference or another value. */
export function literal(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The items if the value is a list of objects. */
export function objects(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
}

/** The value if it is an object, otherwise an empty one. */
export function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The number, also if the template has it as a text. */
export function number(value: unknown): number | undefined {
  return value === undefined || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value);
}

/** True if the value refers to the resource with this logical id, at any depth. */
export function refersTo(value: unknown, id: string): boolean {
  return JSON.stringify(value ?? null).includes(JSON.stringify(id));
}

/** Host names of the records, by logical id, in lower case, without a trailing dot. */
export function recordsOf(stack: PlannedStack) {
  return ofType(stack, 'AWS::Route53::RecordSet').flatMap(({ id, properties }) => {
    const name = literal(properties.Name);
    const zone = literal(properties.HostedZoneId);
    const type = literal(properties.Type);
    return name && zone && type ? [{ id, host: hostName(name), zone, type, target: properties.AliasTarget }] : [];
  });
}

/** Values without repetitions, in their order. */
export function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}
