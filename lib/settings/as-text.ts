/** @returns a string as it is, and any other JSON as it is written: `String` throws at `{ "toString": false }`. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
