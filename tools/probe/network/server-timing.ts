/** Parses the header `Server-Timing`: `db;dur=53.2, view;desc="a, b";dur=4`. @returns milliseconds by name, if it has any */
export function serverTiming(
  value: string | readonly string[] | undefined,
): Readonly<Record<string, number>> | undefined {
  const found: Record<string, number> = {};
  const metrics = split([value ?? ''].flat().join(','), ',');
  for (const metric of metrics) {
    const [name = '', ...parameters] = split(metric, ';');
    const duration = parameters.map((one) => /^dur\s*=\s*"?(\d+(?:\.\d+)?)"?$/i.exec(one)?.[1]).find(Boolean);
    if (name !== '' && duration !== undefined) {
      found[name] = (found[name] ?? 0) + Number(duration);
    }
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

/** Splits at the separator, except inside quotes. */
function split(text: string, separator: ',' | ';'): string[] {
  const parts = text.match(separator === ',' ? /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g : /(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g);
  return (parts ?? []).map((part) => part.trim());
}
