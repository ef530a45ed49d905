/**
 * A value in DynamoDB's JSON format. Only the types that this project uses: sets and binaries are not supported.
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

/** Converts an object to DynamoDB's JSON format. Throws a TypeError for a value that is not a JSON value. */
export function marshall(item: object): AttributeMap {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, written(value)]));
}

/** Converts attributes to an object. Throws a TypeError for a type that {@link marshall} does not create. */
// oxlint-disable-next-line typescript/no-explicit-any -- readers of an item know its attributes
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
      throw new TypeError(`Unsupported type of a value: ${typeof value}`);
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
  throw new TypeError(`Unsupported type of an attribute: ${Object.keys(value)}`);
}

/** Rejects numbers that would be rounded: DynamoDB has 38 digits, and JavaScript about 15. */
function exact(value: number): string {
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
    throw new TypeError(`${value} cannot be represented exactly`);
  }
  return String(value);
}
