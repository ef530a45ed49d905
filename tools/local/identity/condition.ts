import { BlockList, isIP } from 'node:net';
import { ANYTHING, glob, matches, type Resolve, LITERAL, type Wildcards } from './pattern';

/** Value of a condition key in a request; an array if the key is multivalued. */
export type KeyValue = string | readonly string[];

/** Operator → condition key → values, of which one must match. */
export type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Evaluates a Condition element: each operator must hold for each of its keys. Source: "IAM JSON policy elements:
 * Condition operators", IAM User Guide.
 *
 * @param valueOfKey - value in the request; undefined if the key is missing
 */
export function holds(
  condition: Condition,
  valueOfKey: (key: string) => KeyValue | undefined,
  resolve: Resolve,
): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) =>
      operatorHolds(operator, valueOfKey(key), [expected].flat().map(String), resolve),
    ),
  );
}

function operatorHolds(operator: string, actual: KeyValue | undefined, expected: string[], resolve: Resolve): boolean {
  const values = [actual ?? []].flat();
  const isEmpty = values.every((value) => value === '');
  if (operator === 'Null') return expected.some((value) => booleanOf(value) === isEmpty);

  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const isNegated = NEGATED.has(name);
  const test = TESTS.get(NEGATED.get(name) ?? name);
  // For a missing key, AWS documents false for ForAnyValue and true for IfExists.
  if (!test || (set === 'ForAnyValue' && ifExists)) {
    throw new Error(`The condition operator ${operator} is not supported. Fix: use another operator, or --iam off.`);
  }
  const passes = (value: string) => expected.some((one) => test(value, one, resolve)) !== isNegated;

  if (set === 'ForAllValues') return isEmpty || values.every(passes);
  if (set === 'ForAnyValue') return !isEmpty && values.some(passes);
  if (actual === undefined) return ifExists !== undefined || isNegated;
  if (typeof actual === 'string') return passes(actual);
  throw new Error(
    `The condition operator ${operator} compares one value, got a multivalued key. ` +
      `Fix: use ForAllValues:${operator} or ForAnyValue:${operator}.`,
  );
}

/** Compares a value of the request with one of the policy. */
type Test = (actual: string, expected: string, resolve: Resolve) => boolean;

const COMPARISONS: Readonly<Record<string, (actual: number, expected: number) => boolean>> = {
  Equals: (actual, expected) => actual === expected,
  LessThan: (actual, expected) => actual < expected,
  LessThanEquals: (actual, expected) => actual <= expected,
  GreaterThan: (actual, expected) => actual > expected,
  GreaterThanEquals: (actual, expected) => actual >= expected,
};

const TESTS = new Map<string, Test>([
  ['StringEquals', like(LITERAL)],
  ['StringEqualsIgnoreCase', like(LITERAL, 'i')],
  ['StringLike', like(ANYTHING)],
  ...compared('Numeric', numberOf),
  ...compared('Date', timeOf),
  ['Bool', (actual, expected) => actual === String(booleanOf(expected))],
  ['BinaryEquals', (actual, expected) => actual === expected],
  ['IpAddress', isInRange],
  ['ArnEquals', arnLike],
  ['ArnLike', arnLike],
]);

/** Negated operator → the operator that it negates. */
const NEGATED = new Map([
  ['StringNotEquals', 'StringEquals'],
  ['StringNotEqualsIgnoreCase', 'StringEqualsIgnoreCase'],
  ['StringNotLike', 'StringLike'],
  ['NumericNotEquals', 'NumericEquals'],
  ['DateNotEquals', 'DateEquals'],
  ['NotIpAddress', 'IpAddress'],
  ['ArnNotEquals', 'ArnEquals'],
  ['ArnNotLike', 'ArnLike'],
]);

function like(wildcards: Wildcards, flags?: 'i'): Test {
  return (actual, expected, resolve) => {
    const pattern = resolve(expected);
    return pattern !== undefined && matches(glob(pattern, wildcards), actual, flags);
  };
}

function compared(type: string, parse: (value: string) => number): [string, Test][] {
  return Object.entries(COMPARISONS).map(([name, compare]) => [
    `${type}${name}`,
    (actual, expected) => {
      const limit = parse(expected);
      if (Number.isNaN(limit)) throw invalid(expected);
      return compare(parse(actual), limit);
    },
  ]);
}

function numberOf(value: string): number {
  return /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
}

/** @param value - date in a W3C format of ISO 8601, or seconds since 1970. Four digits are a year. */
function timeOf(value: string): number {
  if (/^\d{5,}$/.test(value)) return Number(value) * 1000;
  const isDate = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/.test(value);
  return isDate ? Date.parse(value) : Number.NaN;
}

function booleanOf(value: string): boolean {
  if (value !== 'true' && value !== 'false') throw invalid(value);
  return value === 'true';
}

/**
 * @param expected - `203.0.113.0/24`. An address without a prefix length is a range of one address. A range contains no address of the
 *   other IP version: BlockList alone would take an IPv4 address for one in `::/0`.
 */
function isInRange(actual: string, expected: string): boolean {
  const [address = '', length = isIP(address) === 6 ? '128' : '32'] = expected.split('/', 2);
  const range = new BlockList();
  try {
    range.addSubnet(address, numberOf(length), familyOf(address));
  } catch {
    throw invalid(expected);
  }
  return isIP(actual) === isIP(address) && range.check(actual, familyOf(actual));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Six components between colons; the last one can contain colons. */
const ARN = new RegExp(`^${'([^:]*):'.repeat(5)}(.*)$`, 's');

/** Each component is matched separately. */
function arnLike(actual: string, expected: string, resolve: Resolve): boolean {
  const components = ARN.exec(actual)?.slice(1);
  const patterns = ARN.exec(resolve(expected) ?? '')?.slice(1);
  if (!components || !patterns) return false;
  return components.every((component, index) => matches(glob(patterns[index] ?? ''), component));
}

function invalid(value: string): Error {
  return new Error(`The condition value ${value} is not valid for its operator. Fix: correct it in the policy.`);
}
