/** @returns a value of a problem: as JSON, or its type if it has no JSON. NaN and Infinity are themselves, and not null */
export function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
}
