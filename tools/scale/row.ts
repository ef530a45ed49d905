import type { Entry, Load } from './load';

/** One row of a table: the options that differ from the defaults. */
export type Row = Partial<Omit<Load, 'cold'>>;

/** Quotas of each entry that AWS raised on request, in the tables. */
export const RAISED = {
  apiGateway: { requestsPerSecond: 100_000, connectsPerSecond: 5000 },
  servers: { fargateVcpus: 1000 },
} satisfies Record<Entry, Row>;

/** Command-line options of a row: `--connections 1e6 --rate 1`. */
export function optionsOf(row: Row): string {
  const words = Object.entries(row).map(([name, value]) => {
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `--${option} ${typeof value === 'number' && value >= 1000 ? value.toExponential().replace('+', '') : value}`;
  });
  return `\`${words.join(' ')}\``;
}
