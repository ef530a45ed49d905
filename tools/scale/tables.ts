import { DEFAULTS, type Scenario } from './scenario';
import { type Result, simulate } from './simulation';
import { count, duration, percent } from './words';

/** One row of a table: the options that differ from the defaults. */
type Run = Partial<Scenario>;

const RAISED: Run = { requestsPerSecond: 100_000, connectsPerSecond: 5000 };

const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7];

/** One message to all connections, for several numbers of connections. */
const BROADCASTS: readonly Run[] = [
  ...SIZES.map((connections) => ({ connections })),
  ...[1e5, 1e6, 1e7].map((connections) => ({ connections, ...RAISED })),
];

/** Continuous messages, at rates below and above what can be sustained, with and without batching. */
const STREAMS: readonly Run[] = [
  { connections: 1e3, rate: 5 },
  { connections: 1e3, rate: 50 },
  { connections: 1e4, rate: 0.5 },
  { connections: 1e4, rate: 5 },
  { connections: 1e4, rate: 5, maxBatchingWindow: 2 },
  { connections: 1e5, rate: 1 },
  { connections: 1e5, rate: 1, maxBatchingWindow: 15 },
  { connections: 1e6, rate: 1, maxBatchingWindow: 20, ...RAISED },
];

const STREAM_SECONDS = 120;

/** Tables of docs/scale.md, in Markdown. */
export function tables(): string {
  return `${broadcasts()}\n${streams()}`;
}

function broadcasts(): string {
  return markdown(
    ['options', 'p50', 'p99', 'max', 'given up', 'functions', '429s per post', 'reconnect', 'saturates first'],
    BROADCASTS.map((run) => {
      const result = simulate({ ...DEFAULTS, ...run });
      return [
        options(run),
        ...times(result),
        percent(result.deliveries.givenUp / (result.deliveries.givenUp + result.deliveries.made)),
        count(result.functions.most),
        (result.posts.throttled / result.posts.made).toFixed(1),
        duration(result.reconnectSeconds),
        first(result),
      ];
    }),
  );
}

function streams(): string {
  return markdown(
    ['options', 'p50', 'p99', 'max', 'given up', 'functions', 'posts saved', 'rejected', 'saturates first'],
    STREAMS.map((run) => {
      const scenario = { ...DEFAULTS, duration: STREAM_SECONDS, ...run };
      const result = simulate(scenario);
      const { deliveries, messages } = result;
      return [
        options({ ...run, duration: STREAM_SECONDS }),
        ...times(result),
        percent(deliveries.givenUp / (deliveries.givenUp + deliveries.made)),
        count(result.functions.most),
        percent(result.posts.saved / deliveries.made),
        percent(messages.rejected / (messages.rejected + messages.published)),
        first(result),
      ];
    }),
  );
}

function times({ latency }: Result): string[] {
  return latency ? [latency.p50, latency.p99, latency.max].map(duration) : ['-', '-', '-'];
}

function first({ saturatesFirst, utilization }: Result): string {
  return `${saturatesFirst}, ${percent(utilization.find(({ limit }) => limit === saturatesFirst)?.share ?? 0)}`;
}

/** Command-line options of a run: `--connections 1e6 --rate 1`. */
function options(run: Run): string {
  const words = Object.entries(run).map(([name, value]) => {
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `--${option} ${value >= 1000 ? value.toExponential().replace('+', '') : value}`;
  });
  return `\`${words.join(' ')}\``;
}

/** Table in Prettier's format: each column is as wide as its widest cell. */
function markdown(heading: string[], rows: string[][]): string {
  const widths = heading.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  return [heading, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('');
}
