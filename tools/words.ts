/** Formats a duration: `0.4 ms`, `52 ms`, `1,254 ms`. */
export function milliseconds(duration: number): string {
  return `${duration < 9.95 ? duration.toFixed(1) : Math.round(duration).toLocaleString('en-US')} ms`;
}

/** Joins texts: `a, b and c`. */
export function list(texts: readonly string[]): string {
  const [last = '', ...others] = [...texts].reverse();
  return others.length > 0 ? `${others.reverse().join(', ')} and ${last}` : last;
}
