/**
 * A value as DynamoDB's JSON has it, of the types that the tables here use. What else there is (sets, binaries) is neither
 * written nor read.
 */
type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: AttributeMap };

export interface AttributeMap {
  readonly [name: string]: AttributeValue;
}

/** @returns an object's own attributes for the wire. Throws a TypeError for a value of another type than JSON has. */
export function marshall(item: object): AttributeMap {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, written(value)]));
}

/** The way back. Throws a TypeError for a type that {@link marshall} does not write. */
// oxlint-disable-next-line typescript/no-explicit-any -- whoever reads an item knows its attributes
export function unmarshall(map: AttributeMap): Record<string, any> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, read(value)]));
}

function written(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: exact(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      if (value === null) {
        return { NULL: true };
      }
      return Array.isArray(value) ? { L: value.map(written) } : { M: marshall(value) };
    default:
      throw new TypeError(`An item cannot hold ${typeof value}`);
  }
}

function read(value: AttributeValue): unknown {
  if ('S' in value) {
    return value.S;
  }
  if ('N' in value) {
    return Number(exact(Number(value.N)));
  }
  if ('BOOL' in value) {
    return value.BOOL;
  }
  if ('L' in value) {
    return value.L.map(read);
  }
  if ('M' in value) {
    return unmarshall(value.M);
  }
  if ('NULL' in value) {
    return null;
  }
  throw new TypeError(`An item cannot be read that holds ${Object.keys(value)}`);
}

/** DynamoDB has 38 digits, JavaScript some 15: a number that would silently become another is refused. */
function exact(value: number): string {
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
    throw new TypeError(`${value} is no exact number`);
  }
  return String(value);
}
