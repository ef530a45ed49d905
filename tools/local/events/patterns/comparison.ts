import type { Json } from './json';

/** A test of a value. `undefined` means that the value does not exist. */
export type Test = (value: Json | undefined) => boolean;

/** By operator: creates the test for an operand; undefined for an invalid operand. */
const OPERATORS: Readonly<Record<string, (operand: Json) => Test | undefined>> = {
  exists: (wanted) => (typeof wanted === 'boolean' ? (value) => (value !== undefined) === wanted : undefined),
  prefix: (start) => ofText(start, (value, text) => value.startsWith(text)),
  suffix: (end) => ofText(end, (value, text) => value.endsWith(text)),
  'equals-ignore-case': (other) => ofText(other, (value, text) => value.toLowerCase() === text.toLowerCase()),
  'anything-but': anythingBut,
  numeric,
};

const RELATIONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** One entry of a pattern's list: a value to equal, or `{operator: operand}`. */
export function testOf(entry: Json, path: string): Test {
  if (typeof entry !== 'object' || entry === null) {
    return (value) => value === entry;
  }
  const [[operator, operand] = ['', null], ...more] = Object.entries(entry);
  const test = more.length === 0 ? OPERATORS[operator]?.(operand) : undefined;
  if (!test) {
    throw new Error(`event pattern: ${path} has ${JSON.stringify(entry)}, which the local runner does not support`);
  }
  return test;
}

function ofText(operand: Json, compare: (value: string, operand: string) => boolean): Test | undefined {
  return typeof operand === 'string' ? (value) => typeof value === 'string' && compare(value, operand) : undefined;
}

/** Test for a value other than one value, several, or those with a prefix or suffix. A missing value does not match. */
function anythingBut(operand: Json): Test | undefined {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [[operator, text] = ['', null]] = Object.entries(operand);
    const excluded = ['prefix', 'suffix'].includes(operator) ? OPERATORS[operator]?.(text) : undefined;
    return excluded && ((value) => value !== undefined && !excluded(value));
  }
  const excluded: readonly Json[] = Array.isArray(operand) ? operand : [operand];
  return (value) => value !== undefined && !excluded.includes(value);
}

/** Test for a number: `[">", 0, "<=", 5]`. DynamoDB writes its numbers as text, which does not match. */
function numeric(operand: Json): Test | undefined {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) {
    return undefined;
  }
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const [relation, limit] = [RELATIONS[String(operand[index])], operand[index + 1]];
    if (!relation || typeof limit !== 'number') {
      return undefined;
    }
    tests.push((value) => relation(value, limit));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}
