import { z } from 'zod';
import { nearestWord } from './nearest';
import type { Problem } from './problem';
import { type Advice, type StageSettings, stageSettings } from './shape';

/** A problem within one stage's block, without the block's own path. */
export interface Finding extends Omit<Problem, 'path'> {
  readonly path: readonly PropertyKey[];
}

/** The values of a block without those that the shape refuses: any value can be missing, and lists can have holes. */
export type Sound<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: Sound<T[Key]> }
    : T;

/** Members of a JSON Schema that this file reads. */
interface Outline {
  readonly properties?: Readonly<Record<string, Outline>>;
  readonly items?: Outline;
  readonly required?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  /** Blocks with different types. Without a type, a block is described as the first one. */
  readonly oneOf?: readonly Outline[];
}

/** The same shape as JSON Schema: the keys of each block, the required ones, and an example of each value. */
export const outline = z.toJSONSchema(stageSettings, { unrepresentable: 'any' }) as Outline;

interface Shape {
  /** The block, if all values are sound. */
  readonly settings?: StageSettings;
  /** The sound values, for the rules on several values. */
  readonly sound: Sound<StageSettings>;
  /** Names of the settings that the block has, also with a mistyped name, and paths of the unsound values. */
  readonly given: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/** Checks the values of a stage's block one by one. */
export function checkShape(block: unknown): Shape {
  const { data: settings, error } = stageSettings.safeParse(block);
  // Of a value that is not a block, no setting is missing.
  const keys = Object.entries(isBlock(block) ? block : (outline.properties ?? {}))
    .filter(([, value]) => value !== undefined)
    .map(([key]) => key);
  if (!error) return { settings, sound: settings, given: new Set(keys), findings: [] };
  const findings = error.issues.flatMap((issue) => findingsOf(issue, block));
  const unsound = findings.flatMap(({ path, value }) => (value === undefined ? [] : z.core.toDotPath([...path])));
  const renamed = findings.flatMap(({ renameTo }) => (renameTo ? z.core.toDotPath(renameTo) : []));
  return {
    sound: soundPart(block, error.issues),
    given: new Set([...keys, ...renamed, ...unsound]),
    // A mistyped key is one problem, although its setting is missing, too.
    findings: findings
      .filter(({ path, value }) => value !== undefined || !renamed.includes(z.core.toDotPath([...path])))
      .map(({ renameTo: _, ...finding }) => finding),
  };
}

/** True for an object that can have settings. */
export function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface KeyFinding extends Finding {
  /** The path of the setting that an unknown key was probably meant for. */
  readonly renameTo?: PropertyKey[];
}

function findingsOf(issue: z.core.$ZodIssue, block: unknown): KeyFinding[] {
  if (issue.code === 'unrecognized_keys') {
    const at = outlineAt(issue.path, block);
    return issue.keys.map((key) => unknownKey([...issue.path, key], at, block));
  }
  const value = valueAt(block, issue.path);
  return value === undefined
    ? [
        {
          path: issue.path,
          value,
          rule: 'is required',
          fix: `add "${String(issue.path.at(-1))}": ${examplesAt(issue.path, block)}`,
        },
      ]
    : [{ path: issue.path, value, rule: issue.message, fix: `${fixOf(issue, block)}${orRemoved(issue.path, block)}` }];
}

/** The other fix of `null`, which is not a value of an optional setting. */
function orRemoved(path: readonly PropertyKey[], block: unknown): string {
  const { required = [] } = outlineAt(path.slice(0, -1), block);
  return valueAt(block, path) === null && !required.includes(String(path.at(-1))) ? ', or remove it' : '';
}

/** @param at - the schema of the block that has the key */
function unknownKey(path: PropertyKey[], { properties = {} }: Outline, block: unknown): KeyFinding {
  const key = String(path.at(-1));
  const other = typeWith(path, block);
  if (other) {
    // A setting of the block itself needs no path of its type.
    const type = other.path.length === path.length ? 'type' : z.core.toDotPath(other.path);
    const fix = `remove it, or set ${type} to ${other.type}`;
    return { path, value: undefined, rule: `must not be set unless ${type} is ${other.type}`, fix };
  }
  const meant = nearestWord(key, Object.keys(properties));
  return {
    path,
    value: undefined,
    rule: 'is not a setting',
    fix: meant === undefined ? removalOf(path) : `rename it to "${meant}", or remove it`,
    renameTo: meant === undefined ? undefined : [...path.slice(0, -1), meant],
  };
}

/** Props of constructs that are not settings, and the function in the stack that sets the props beside them. */
const PROPS: Readonly<Record<string, string>> = { 'operation.thresholds': 'operationOf' };

/** @returns the fix of a key that is not a setting, and not like one */
function removalOf(path: readonly PropertyKey[]): string {
  const key = z.core.toDotPath([...path]);
  const setter = Object.hasOwn(PROPS, key) ? PROPS[key] : undefined;
  return setter === undefined
    ? 'remove it'
    : `remove it, and set the prop in ${setter} of lib/twinlane-stack.ts; see docs/settings.md`;
}

/** @returns the type, as JSON and with its path, of the innermost block that has a setting at `path` with another type */
function typeWith(path: PropertyKey[], block: unknown): { path: PropertyKey[]; type: string } | undefined {
  for (let depth = path.length - 1; depth > 0; depth -= 1) {
    const { oneOf = [] } = outlineAt(path.slice(0, depth), block);
    const rest = path.slice(depth).map(String);
    const other = oneOf.find((each) => rest.reduce<Outline | undefined>((at, key) => ownProperty(at, key), each));
    const type = other?.properties?.type;
    if (type) return { path: [...path.slice(0, depth), 'type'], type: JSON.stringify(type.const) };
  }
  return undefined;
}

function ownProperty(at: Outline | undefined, key: string): Outline | undefined {
  return Object.hasOwn(at?.properties ?? {}, key) ? at?.properties?.[key] : undefined;
}

function fixOf(issue: z.core.$ZodIssue, block: unknown): string {
  const { path } = issue;
  switch (issue.code) {
    case 'custom':
      return (issue.params as Advice).fix(valueAt(block, path));
    case 'invalid_union': {
      const { oneOf = [] } = outlineAt(path.slice(0, -1), block);
      const types = oneOf.map(({ properties }) => String(properties?.type?.const));
      const meant = nearestWord(valueAt(block, path), types);
      return `use ${(meant === undefined ? types : [meant]).map((type) => JSON.stringify(type)).join(' or ')}`;
    }
    default:
      return `use ${examplesAt(path, block)}`;
  }
}

/** @returns examples of the value at a path as JSON, joined by `or` */
function examplesAt(path: readonly PropertyKey[], block: unknown): string {
  const at = outlineAt(path, block);
  return (at.examples ?? [exampleOf(at)])
    .map((example) => JSON.stringify(example, undefined, 1).replace(/\s*\n\s*/g, ' '))
    .join(' or ');
}

/** @returns the first example of a value; for a block or a list, one built from the examples of its required values */
function exampleOf({ examples, properties, items, required, const: only }: Outline): unknown {
  if (examples) return examples[0];
  if (only !== undefined) return only;
  if (items) return [exampleOf(items)];
  const keys = required ?? Object.keys(properties ?? {}).slice(0, 1);
  return Object.fromEntries(keys.map((key) => [key, exampleOf(properties?.[key] ?? {})]));
}

/** @returns the schema of the value at a path; an empty schema if the shape has no such value */
function outlineAt(path: readonly PropertyKey[], block: unknown): Outline {
  return path.reduce<Outline>((at, key, index) => {
    const next = typeof key === 'number' ? at.items : at.properties?.[String(key)];
    return typed(next ?? {}, valueAt(block, path.slice(0, index + 1)));
  }, outline);
}

/** @returns a schema of blocks with different types, as the schema of the block that the value is */
function typed(schema: Outline, value: unknown): Outline {
  const { oneOf = [] } = schema;
  const type = (value as { type?: unknown } | null | undefined)?.type;
  return { ...schema, ...(oneOf.find(({ properties }) => properties?.type?.const === type) ?? oneOf[0]) };
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((node, key) => (node as Record<PropertyKey, unknown>)[key], root);
}

/** Removes all values that the shape refuses. Unknown keys remain: no rule reads them. */
function soundPart(block: unknown, issues: readonly z.core.$ZodIssue[]): Sound<StageSettings> {
  const refused = issues
    .filter(({ code }) => code !== 'unrecognized_keys')
    // Without a valid type, no value of the block is checked.
    .map(({ code, path }) => (code === 'invalid_union' ? path.slice(0, -1) : path));
  if (refused.some((path) => path.length === 0)) return {};
  const sound = structuredClone(block) as Sound<StageSettings>;
  for (const path of refused) {
    const parent = valueAt(sound, path.slice(0, -1)) as object;
    Reflect.deleteProperty(parent, path.at(-1) ?? '');
  }
  return sound;
}
