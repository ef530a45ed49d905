import { median } from '../../statistics';
import { type BenchmarkResult, ratioOf, round } from '../benchmark';

/** Ways to deliver to sockets. */
export const WAYS = {
  servers: 'servers of the lane: deliver posts to a task, which sends to its sockets',
  connections: '@connections: deliver posts for each socket',
  loop: 'a bare loop of ws over its sockets',
};
export type WayName = keyof typeof WAYS;

/** CPU seconds of a round: of the function that posts, and of the process with the sockets. */
export interface CpuSeconds {
  readonly deliver: number;
  readonly server: number;
  /** The part of `server` that the kernel took. */
  readonly kernel: number;
}

/** Measured rounds of a way. */
interface Rounds {
  /** Messages that arrived at sockets in each round. */
  readonly messages: number;
  readonly rounds: readonly CpuSeconds[];
}

/** All sockets of a task are cut and connect again. */
export interface Storm {
  /** Seconds until all are subscribed. */
  readonly seconds: number;
  /** CPU seconds of the task. */
  readonly cpuSeconds: number;
}

/** Rounds of all ways with the same deliveries. */
export interface Comparison {
  /** Messages of a delivery. */
  readonly together: number;
  readonly ways: Readonly<Record<WayName, Rounds>>;
}

export interface Measured {
  readonly sockets: number;
  /** The first is that of the ratio in the summary. */
  readonly comparisons: readonly [Comparison, ...Comparison[]];
  /** Resident bytes of a socket. */
  readonly bytesPerSocket: Readonly<Record<'servers' | 'loop', number>>;
  readonly storms: readonly Storm[];
}

type Ratio = Pick<BenchmarkResult, 'ratio' | 'min' | 'max'>;

/** Values of a comparison. */
interface Figures {
  readonly together: number;
  /** Messages at sockets per CPU second. That of API Gateway does not count: it is AWS's. */
  readonly perCpuSecond: Readonly<Record<WayName, number>>;
  /** Servers ÷ `@connections`, without the process that stands for API Gateway. */
  readonly toConnections: Ratio;
  /** The same with that process, which is not API Gateway and only shows what the whole path takes here. */
  readonly toWholePath: Ratio;
  /** The same with the function alone in both: what is billed as Lambda. */
  readonly ofFunction: Ratio;
  /** Servers ÷ the bare loop. */
  readonly toLoop: Ratio;
  /** Share of the kernel in the CPU time of the process with the sockets, from 0 to 1. */
  readonly kernelShare: Readonly<Record<'servers' | 'loop', number>>;
}

/** CPU seconds that count for a way. */
const COUNTED: Readonly<Record<WayName, (cpu: CpuSeconds) => number>> = {
  servers: ofBoth,
  connections: ofFunction,
  loop: ofBoth,
};

function ofBoth({ deliver, server }: CpuSeconds): number {
  return deliver + server;
}

function ofFunction({ deliver }: CpuSeconds): number {
  return deliver;
}

function kernelShareOf({ rounds }: Rounds): number {
  return round(median(rounds.map(({ server, kernel }) => kernel / server)));
}

/** @returns messages at sockets per CPU second in a round that delivered this many */
export function rateOf(name: WayName, messages: number, cpu: CpuSeconds): number {
  return messages / COUNTED[name](cpu);
}

function figuresOf({ together, ways }: Comparison): Figures {
  const rates = (name: WayName, counted = COUNTED[name]) =>
    ways[name].rounds.map((cpu) => ways[name].messages / counted(cpu));
  const servers = rates('servers');
  return {
    together,
    perCpuSecond: {
      servers: round(median(servers), 0),
      connections: round(median(rates('connections')), 0),
      loop: round(median(rates('loop')), 0),
    },
    toConnections: ratioOf(servers, rates('connections')),
    toWholePath: ratioOf(servers, rates('connections', ofBoth)),
    ofFunction: ratioOf(rates('servers', ofFunction), rates('connections', ofFunction)),
    toLoop: ratioOf(servers, rates('loop')),
    kernelShare: { servers: kernelShareOf(ways.servers), loop: kernelShareOf(ways.loop) },
  };
}

/** @returns the result, whose ratio is that of the first comparison to `@connections` */
export function resultOf({ sockets, comparisons, bytesPerSocket, storms }: Measured): BenchmarkResult & {
  readonly comparisons: readonly Figures[];
} {
  const figures = comparisons.map(figuresOf);
  return {
    name: 'sockets',
    ...(figures[0]?.toConnections ?? ratioOf([], [])),
    sockets,
    comparisons: figures,
    bytesPerSocket: { servers: round(bytesPerSocket.servers, 0), loop: round(bytesPerSocket.loop, 0) },
    storm: {
      seconds: round(median(storms.map(({ seconds }) => seconds)), 1),
      cpuSeconds: round(median(storms.map(({ cpuSeconds }) => cpuSeconds)), 1),
    },
  };
}

/** @returns the lines of the summary */
export function summaryOf(measured: Measured): string[] {
  const { sockets, bytesPerSocket, storms } = measured;
  const lines = measured.comparisons
    .map(figuresOf)
    .flatMap(({ together, ...figures }) => [
      together === 1 ? 'one message in each delivery' : `${together} messages in each delivery, which share a frame`,
      ...(Object.keys(WAYS) as WayName[]).map((name) => `  ${rate(figures.perCpuSecond[name])}  ${WAYS[name]}`),
      `  servers ÷ @connections, of which only the function counts: ${times(figures.toConnections)}`,
      `  servers ÷ @connections with the stand-in for API Gateway: ${times(figures.toWholePath)}`,
      `  the same, only the function in both: ${times(figures.ofFunction)}`,
      `  servers ÷ the bare loop: ${times(figures.toLoop)}`,
      `  the kernel took ${percent(figures.kernelShare.servers)} of the task's CPU time, and ${percent(figures.kernelShare.loop)} of the loop's`,
    ]);
  const kilobytes = (bytes: number) => `${round(bytes / 1000, 1)} KB`;
  const spread = (values: readonly number[]) =>
    `${round(median(values), 1)} s (${round(Math.min(...values), 1)} to ${round(Math.max(...values), 1)})`;
  return [
    ...lines,
    `memory of a socket: ${kilobytes(bytesPerSocket.servers)} in a task, ${kilobytes(bytesPerSocket.loop)} in a bare server`,
    `all ${sockets} sockets of a task cut at once: ${spread(storms.map(({ seconds }) => seconds))} until all are subscribed, ` +
      `${spread(storms.map(({ cpuSeconds }) => cpuSeconds))} of the task's CPU time`,
  ];
}

export const rate = (value: number): string => `${value.toFixed(0).padStart(7)} messages per CPU second`;
const percent = (share: number) => `${round(100 * share, 0)} %`;
const times = ({ ratio, min, max }: Ratio) => `${ratio} (${min} to ${max})`;
