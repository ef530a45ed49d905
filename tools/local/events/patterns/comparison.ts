import { BlockList, isIP } from 'node:net';
import type { Json } from './json';

/** A test of a value. `undefined` means that the value does not exist. */
export type Test = (value: Json | undefined) => boolean;

/** By operator: creates the test for an operand; undefined for an invalid operand. */
export type Operators = Readonly<Record<string, (operand: Json) => Test | undefined>>;

/** Operators of event source mappings. */
export const MAPPING_OPERATORS: Operators = {
  exists: (wanted) => (typeof wanted === 'boolean' ? (value) => (value !== undefined) === wanted : undefined),
  prefix: (start) => ofText(start, startsWith),
  suffix: (end) => ofText(end, endsWith),
  'equals-ignore-case': (other) => ofText(other, (value, text) => value.toLowerCase() === text.toLowerCase()),
  'anything-but': anythingBut,
  numeric,
};

/** Operators of EventBridge's rules and of SNS's filter policies. */
export const EVENT_BRIDGE_OPERATORS: Operators = {
  ...MAPPING_OPERATORS,
  prefix: (start) => ofText(start, startsWith) ?? ignoringCase(start, startsWith),
  suffix: (end) => ofText(end, endsWith) ?? ignoringCase(end, endsWith),
  wildcard,
  cidr,
  'anything-but': (operand) => {
    const [[operator, inner] = ['', null], ...more] = isOperator(operand) ? Object.entries(operand) : [];
    if (more.length > 0 || !['prefix', 'suffix', 'wildcard', 'equals-ignore-case'].includes(operator)) {
      return anythingBut(operand);
    }
    const tests = (Array.isArray(inner) ? (inner as readonly Json[]) : [inner]).map((one) =>
      EVENT_BRIDGE_OPERATORS[operator]?.(one),
    );
    return tests.every((test) => test !== undefined)
      ? (value) => value !== undefined && !tests.some((test) => test?.(value))
      : undefined;
  },
};

const RELATIONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** One entry of a pattern's list: a value to equal, or `{operator: operand}`. */
export function testOf(entry: Json, path: string, operators: Operators): Test {
  if (typeof entry !== 'object' || entry === null) {
    return (value) => value === entry;
  }
  const [[operator, operand] = ['', null], ...more] = Object.entries(entry);
  const test = more.length === 0 ? operators[operator]?.(operand) : undefined;
  if (!test) {
    throw new Error(`event pattern: ${path} has ${JSON.stringify(entry)}, which the local runner does not support`);
  }
  return test;
}

function startsWith(value: string, text: string): boolean {
  return value.startsWith(text);
}

function endsWith(value: string, text: string): boolean {
  return value.endsWith(text);
}

function isOperator(operand: Json): operand is { readonly [key: string]: Json } {
  return typeof operand === 'object' && operand !== null && !Array.isArray(operand);
}

/** `{"equals-ignore-case": "text"}` as the operand of a prefix or a suffix. */
function ignoringCase(operand: Json, compare: (value: string, operand: string) => boolean): Test | undefined {
  const text = isOperator(operand) ? operand['equals-ignore-case'] : undefined;
  return typeof text === 'string'
    ? ofText(text, (value, other) => compare(value.toLowerCase(), other.toLowerCase()))
    : undefined;
}

/** A text in which `*` stands for any characters, and `\\*` for an asterisk. Two asterisks in a row are invalid. */
function wildcard(operand: Json): Test | undefined {
  if (typeof operand !== 'string' || operand.includes('**')) {
    return undefined;
  }
  const source = operand
    .split(/(\\[*\\]|\*)/)
    .map((part) => (part === '*' ? '.*' : part.replace(/^\\([*\\])$/, '$1').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
    .join('');
  const pattern = new RegExp(`^${source}$`, 's');
  return (value) => typeof value === 'string' && pattern.test(value);
}

/** A block of IP addresses: `10.0.0.0/24`. */
function cidr(operand: Json): Test | undefined {
  const [, network = '', bits = ''] = typeof operand === 'string' ? (/^([^/]+)\/(\d{1,3})$/.exec(operand) ?? []) : [];
  const family = isIP(network);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) {
    return undefined;
  }
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(network, Number(bits), type);
  return (value) => typeof value === 'string' && isIP(value) === family && block.check(value, type);
}

function ofText(operand: Json, compare: (value: string, operand: string) => boolean): Test | undefined {
  return typeof operand === 'string' ? (value) => typeof value === 'string' && compare(value, operand) : undefined;
}

/** Test for a value other than one value, several, or those with a prefix or suffix. A missing value does not match. */
function anythingBut(operand: Json): Test | undefined {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [[operator, text] = ['', null]] = Object.entries(operand);
    const excluded = ['prefix', 'suffix'].includes(operator) ? MAPPING_OPERATORS[operator]?.(text) : undefined;
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
