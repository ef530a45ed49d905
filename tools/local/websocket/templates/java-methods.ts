import { javaText } from './java-text';

type Method = (self: never, ...parameters: never[]) => unknown;
type Methods = Readonly<Record<string, Method>>;
type Text = string;
type List = unknown[];
type JavaMap = Record<string, unknown>;

/** Methods of Java's `Object` that every value has. */
const OF_OBJECT: Methods = {
  toString: (self: unknown) => javaText(self),
  equals: (self: unknown, other: unknown) => self === other || javaText(self) === javaText(other),
};

const OF_STRING: Methods = {
  ...OF_OBJECT,
  length: (self: Text) => self.length,
  isEmpty: (self: Text) => self === '',
  equals: (self: Text, other: unknown) => self === other,
  equalsIgnoreCase: (self: Text, other: Text) => self.toLowerCase() === String(other).toLowerCase(),
  contains: (self: Text, part: Text) => self.includes(part),
  startsWith: (self: Text, part: Text) => self.startsWith(part),
  endsWith: (self: Text, part: Text) => self.endsWith(part),
  indexOf: (self: Text, part: Text) => self.indexOf(part),
  lastIndexOf: (self: Text, part: Text) => self.lastIndexOf(part),
  substring: (self: Text, from: number, to?: number) => self.substring(from, to),
  charAt: (self: Text, index: number) => self.charAt(index),
  concat: (self: Text, other: Text) => self + other,
  toLowerCase: (self: Text) => self.toLowerCase(),
  toUpperCase: (self: Text) => self.toUpperCase(),
  trim: (self: Text) => self.trim(),
  replace: (self: Text, part: Text, by: Text) => self.replaceAll(part, () => by),
  replaceAll: (self: Text, pattern: Text, by: Text) => self.replace(new RegExp(pattern, 'g'), by),
  replaceFirst: (self: Text, pattern: Text, by: Text) => self.replace(new RegExp(pattern), by),
  matches: (self: Text, pattern: Text) => new RegExp(`^(?:${pattern})$`).test(self),
  split: (self: Text, pattern: Text) => withoutEmptyEnd(self.split(new RegExp(pattern))),
};

const OF_LIST: Methods = {
  ...OF_OBJECT,
  size: (self: List) => self.length,
  isEmpty: (self: List) => self.length === 0,
  get: (self: List, index: number) => self[index],
  contains: (self: List, value: unknown) => self.includes(value),
  indexOf: (self: List, value: unknown) => self.indexOf(value),
  add: (self: List, value: unknown) => self.push(value) > 0,
  addAll: (self: List, values: List) => self.push(...values) > 0,
};

const OF_MAP: Methods = {
  ...OF_OBJECT,
  size: (self: JavaMap) => Object.keys(self).length,
  isEmpty: (self: JavaMap) => Object.keys(self).length === 0,
  get: (self: JavaMap, key: Text) => (Object.hasOwn(self, key) ? self[key] : undefined),
  containsKey: (self: JavaMap, key: Text) => Object.hasOwn(self, key),
  containsValue: (self: JavaMap, value: unknown) => Object.values(self).includes(value),
  keySet: (self: JavaMap) => Object.keys(self),
  values: (self: JavaMap) => Object.values(self),
  entrySet: (self: JavaMap) => Object.entries(self).map(([key, value]) => ({ key, value })),
};

const OF_NUMBER: Methods = {
  ...OF_OBJECT,
  intValue: (self: number) => Math.trunc(self),
  longValue: (self: number) => Math.trunc(self),
  doubleValue: (self: number) => self,
};

/**
 * Finds a method that the value's class has in Java: those of String, List, Map and the numbers that templates use. Regular
 * expressions are JavaScript's, which differ from Java's in rare forms.
 *
 * @returns undefined for any other method, and for the objects of API Gateway, which have methods of their own
 */
export function javaMethod(self: unknown, name: string): ((parameters: unknown[]) => unknown) | undefined {
  const methods = methodsOf(self);
  if (!methods || !Object.hasOwn(methods, name)) {
    return undefined;
  }
  const method = methods[name] as (self: unknown, ...parameters: unknown[]) => unknown;
  return (parameters) => method(self, ...parameters);
}

function methodsOf(self: unknown): Methods | undefined {
  switch (typeof self) {
    case 'string':
      return OF_STRING;
    case 'number':
      return OF_NUMBER;
    case 'boolean':
      return OF_OBJECT;
    default:
      if (Array.isArray(self)) {
        return OF_LIST;
      }
      return typeof self === 'object' && self !== null && Object.getPrototypeOf(self) === Object.prototype
        ? OF_MAP
        : undefined;
  }
}

/** Java's `split` drops empty texts at the end. */
function withoutEmptyEnd(parts: string[]): string[] {
  const end = parts.findLastIndex((part) => part !== '');
  return parts.slice(0, end + 1);
}
