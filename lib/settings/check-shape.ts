import { z } from 'zod';
import { nearest } from './nearest';
import type { Problem } from './problem';
import { type Advice, type StageSettings, stageSettings } from './shape';

/** A problem within one stage's block, before the block's own path is put in front. */
export interface Finding extends Omit<Problem, 'path'> {
  readonly path: readonly PropertyKey[];
}

/** What is left when unsound values are taken out: any value may be missing, and lists may have holes. */
export type Sound<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: Sound<T[Key]> }
    : T;

/** The same shape as JSON Schema: which keys a block has, and which of them it needs. */
export const outline = z.toJSONSchema(stageSettings, { unrepresentable: 'any' });

interface Shape {
  /** The block, if every value is sound. */
  readonly settings?: StageSettings;
  /** The sound values, for the rules that span values. */
  readonly sound: Sound<StageSettings>;
  readonly findings: readonly Finding[];
}

/** Checks the values of a stage's block one by one. */
export function checkShape(block: unknown): Shape {
  const { data: settings, error } = stageSettings.safeParse(block);
  if (!error) return { settings, sound: settings, findings: [] };
  return { sound: soundPart(block, error.issues), findings: error.issues.flatMap((issue) => findingsOf(issue, block)) };
}

function findingsOf(issue: z.core.$ZodIssue, block: unknown): Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      value: valueAt(block, [...issue.path, key]),
      rule: 'must not be there: the key is unknown',
      mend: `write "${nearest(key, keysAt(issue.path))}", the nearest known key, or take it out`,
    }));
  }
  const value = valueAt(block, issue.path);
  return [
    { path: issue.path, value, rule: issue.message, mend: value === undefined ? MEND_MISSING : mendOf(issue, value) },
  ];
}

const MEND_MISSING = 'add it: docs/settings.md describes every setting';

function mendOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'custom') return (issue.params as Advice).mend(value);
  const keys = keysAt(issue.path);
  return keys.length > 0 ? `write a block in braces, with the keys ${keys.join(', ')}` : 'write a list in brackets';
}

/** The keys of the block at a path; none where a list is. */
function keysAt(path: readonly PropertyKey[]): string[] {
  const pathInOutline = path.flatMap((key) => ['properties', key]);
  const block = valueAt(outline, pathInOutline) as typeof outline;
  return Object.keys(block.properties ?? {});
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((node, key) => (node as Record<PropertyKey, unknown>)[key], root);
}

/** Takes out every value the shape refused. An unknown key may stay: no rule reads it. */
function soundPart(block: unknown, issues: readonly z.core.$ZodIssue[]): Sound<StageSettings> {
  const refused = issues.filter(({ code }) => code !== 'unrecognized_keys').map(({ path }) => path);
  if (refused.some((path) => path.length === 0)) return {};
  const sound = structuredClone(block) as Sound<StageSettings>;
  for (const path of refused) {
    const parent = valueAt(sound, path.slice(0, -1)) as object;
    Reflect.deleteProperty(parent, path.at(-1) ?? '');
  }
  return sound;
}
