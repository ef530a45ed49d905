import type { Json } from '../../client/protocol';

/** Annotations of JSON Schema, which validation ignores. */
export interface Annotations {
  /** Completes "… must be": `a string of at most 64 characters`. For an object, names it: `a ping frame`. */
  readonly title?: string;
  readonly description?: string;
}

/** The keywords of JSON Schema (draft 7 and later) that {@link mismatch} interprets. No schema is `{}`: any value. */
export type Schema = Annotations &
  ({ readonly type?: undefined; readonly const?: string } | StringSchema | ArraySchema | ObjectSchema);

interface StringSchema {
  readonly type: 'string';
  /** In characters (Unicode code points). */
  readonly maxLength?: number;
  /** A regular expression for the flag `u`. */
  readonly pattern?: string;
}

interface ArraySchema {
  readonly type: 'array';
  /** Of strings. */
  readonly items: Annotations & StringSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}

/** An object without other keys than those of `properties`. */
export interface ObjectSchema extends Annotations {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** The first part of a value that does not match its schema. */
export interface Mismatch {
  readonly schema: Schema;
  /** Key of the outermost object that contains the part; `''` for the object itself. */
  readonly key: string;
  readonly reason: 'value' | 'missing' | 'unknown';
}

/** Compares a value with a schema. @returns undefined if it matches */
export function mismatch(schema: Schema, value: unknown, key = ''): Mismatch | undefined {
  const wrong: Mismatch = { schema, key, reason: 'value' };
  switch (schema.type) {
    case undefined:
      return schema.const === undefined || schema.const === value ? undefined : wrong;
    case 'string':
      return isString(schema, value) ? undefined : wrong;
    case 'array':
      if (!Array.isArray(value) || !isCounted(schema, value)) {
        return wrong;
      }
      return first(value, (item) => mismatch(schema.items, item, key));
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? mismatchOfObject(schema, value as Record<string, Json>)
        : wrong;
  }
}

function mismatchOfObject(schema: ObjectSchema, value: Readonly<Record<string, Json>>): Mismatch | undefined {
  const { properties, required } = schema;
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(properties, key));
  if (unknown !== undefined) {
    return { schema, key: unknown, reason: 'unknown' };
  }
  return first(Object.entries(properties), ([key, property]) => {
    if (Object.hasOwn(value, key)) {
      return mismatch(property, value[key], key);
    }
    return required.includes(key) ? { schema: property, key, reason: 'missing' } : undefined;
  });
}

function isString({ maxLength = Infinity, pattern }: StringSchema, value: unknown): boolean {
  return (
    typeof value === 'string' &&
    (value.length <= maxLength || [...value].length <= maxLength) &&
    (pattern === undefined || compiled(pattern).test(value))
  );
}

function isCounted(
  { minItems = 0, maxItems = Infinity, uniqueItems = false }: ArraySchema,
  items: readonly unknown[],
): boolean {
  const counted = uniqueItems ? new Set(items).size : items.length;
  return counted === items.length && counted >= minItems && counted <= maxItems;
}

const patterns = new Map<string, RegExp>();

/** Compiles a pattern once in the life of the process. */
function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern, 'u');
  patterns.set(pattern, known);
  return known;
}

/** @returns the first result that is not undefined */
function first<Item, Result>(items: readonly Item[], of: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const result = of(item);
    if (result !== undefined) {
      return result;
    }
  }
  return undefined;
}
