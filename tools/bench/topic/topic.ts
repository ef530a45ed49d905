import { GROUP } from '../../../lambda/realtime/group-commit';
import { median } from '../../statistics';
import { type Benchmark, ratioOf, round } from '../benchmark';
import { FAST, PUBLISHED } from './latencies';
import { trial, type TrialResult, UNMEASURED } from './trial';

const ROUNDS = 5;
const PUBLISHERS = 16;

/** Bytes of a message's data: with its other attributes, its item is below 1 KiB. */
const BYTES = 512;

/** Virtual seconds that are measured in each trial. */
const SECONDS = 20;

/** Ways to append. */
const WAYS = {
  single: { title: 'one at a time', group: { ...GROUP, count: 1 } },
  grouped: { title: 'in groups', group: GROUP },
};
type Way = keyof typeof WAYS;

/** Measured conditions. The first is that of the ratio in the summary. */
const CONDITIONS = [
  { name: 'fast', latencies: FAST, processes: 1 },
  { name: 'fastTwoProcesses', latencies: FAST, processes: 2 },
  { name: 'published', latencies: PUBLISHED, processes: 1 },
  { name: 'publishedTwoProcesses', latencies: PUBLISHED, processes: 2 },
] as const;

export const topic: Benchmark = {
  name: 'topic',
  summary: 'messages per second on one topic with 16 publishers: appended in groups ÷ one at a time',

  async run(report) {
    const cpuBefore = process.cpuUsage();
    const begun = performance.now();
    report(`In virtual time: ${PUBLISHERS} publishers, each waits for its acknowledgement. Data of ${BYTES} bytes.`);
    const measured = [];
    for (const { name, latencies, processes } of CONDITIONS) {
      const results: Record<Way, TrialResult[]> = { single: [], grouped: [] };
      report(`${latencies.title}, ${processes} ${processes === 1 ? 'process' : 'processes'}`);
      for (const way of Object.keys(results) as Way[]) {
        for (let seed = 1; seed <= ROUNDS; seed++) {
          const conditions = { latencies, processes, publishers: PUBLISHERS, bytes: BYTES, seconds: SECONDS, seed };
          results[way].push(await trial({ ...conditions, group: WAYS[way].group }));
        }
        report(`  ${WAYS[way].title.padEnd(14)} ${described(results[way])}`);
      }
      const ratio = ratioOf(ratesOf(results.grouped), ratesOf(results.single));
      report(`  in groups: ${ratio.ratio} times as many (${ratio.min} to ${ratio.max})`);
      measured.push({ name, ratio, figures: { single: medians(results.single), grouped: medians(results.grouped) } });
    }
    const cpu = process.cpuUsage(cpuBefore);
    const cpuSeconds = round((cpu.user + cpu.system) / 1e6, 1);
    const virtual = CONDITIONS.length * 2 * ROUNDS * (UNMEASURED + SECONDS);
    report(
      `${virtual} virtual seconds took ${round((performance.now() - begun) / 1000, 1)} s, and ${cpuSeconds} s of CPU time, which does not count in virtual time`,
    );
    return {
      name: 'topic',
      ...(measured[0]?.ratio ?? ratioOf([], [])),
      conditions: Object.fromEntries(measured.map(({ name, ratio, figures }) => [name, { ...ratio, ...figures }])),
      cpuSeconds,
    };
  },
};

const ratesOf = (results: readonly TrialResult[]) => results.map(({ appendsPerSecond }) => appendsPerSecond);

/** @returns the median of each figure over the rounds */
function medians(results: readonly TrialResult[]) {
  const of = (figure: (result: TrialResult) => number, digits = 2) => round(median(results.map(figure)), digits);
  return {
    appendsPerSecond: of(({ appendsPerSecond }) => appendsPerSecond, 1),
    messagesPerTransaction: of(({ messagesPerTransaction }) => messagesPerTransaction),
    unitsPerMessage: of(({ unitsPerMessage }) => unitsPerMessage),
    unitsPerSecond: of(({ unitsPerSecond }) => unitsPerSecond, 0),
    throttled: of(({ shares }) => shares.throttled, 3),
    conflicting: of(({ shares }) => shares.conflict + shares.changed, 3),
    p50: of(({ p50 }) => p50, 0),
    p99: of(({ p99 }) => p99, 0),
    unavailable: of(({ unavailable }) => unavailable, 0),
  };
}

function described(results: readonly TrialResult[]): string {
  const figures = medians(results);
  const percent = (share: number) => `${round(100 * share, 1)}%`;
  return [
    `${figures.appendsPerSecond} messages/s`,
    `${figures.messagesPerTransaction} in a transaction`,
    `${figures.unitsPerMessage} write units each (${figures.unitsPerSecond}/s)`,
    `throttled ${percent(figures.throttled)}, in conflict ${percent(figures.conflicting)}`,
    `acknowledged in ${figures.p50} ms (p99 ${figures.p99} ms), ${figures.unavailable} answered 503`,
  ].join(', ');
}
