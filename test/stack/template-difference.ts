/** A parsed JSON document. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** @returns the differences between two documents as lines: `path: before → after`, `- path: before` or `+ path: after`. */
export function templateDifference(before: Json, after: Json, path = ''): string[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => memberDifference(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [`${path}: ${text(before)} → ${text(after)}`];
}

function memberDifference(before: Json | undefined, after: Json | undefined, path: string): string[] {
  if (before === undefined) {
    return [`+ ${path}: ${text(after)}`];
  }
  return after === undefined ? [`- ${path}: ${text(before)}`] : templateDifference(before, after, path);
}

/** Also true for a list, so that its elements are compared by index. */
function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}

function text(value: Json | undefined): string {
  return JSON.stringify(value);
}
