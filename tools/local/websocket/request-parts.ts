/** Headers or query parameters in API Gateway's form: the last value of each name, and all values. */
export interface Values {
  readonly single: Record<string, string>;
  readonly multiple: Record<string, string[]>;
}

/** @param pairs - pairs of name and value. The case of names is kept */
export function valuesOf(pairs: Iterable<readonly [string, string]>): Values {
  const multiple = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    multiple.set(name, [...(multiple.get(name) ?? []), value]);
  }
  return {
    single: Object.fromEntries([...multiple].map(([name, values]) => [name, values.at(-1) ?? ''])),
    multiple: Object.fromEntries(multiple),
  };
}

/** @param rawHeaders - Node's flat list: name, value, name, value */
export function headerPairs(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return pairs;
}
