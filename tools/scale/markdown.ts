/** Table in Prettier's format: each column is as wide as its widest cell. */
export function markdown(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  return [heading, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('');
}
