import { median, percentile } from '../../statistics';
import { type Benchmark, ratioOf, round } from '../benchmark';
import { synthesize } from './assemblies';
import { MeasuredApp, type Times } from './measured-app';

const ROUNDS = 6;

/** Publishes of a round, to each app. */
const PUBLISHES = 25;

export const latency: Benchmark = {
  name: 'latency',
  summary: 'publish to push without hints, from the stream ÷ with hints, with latencies of AWS added to the local run',

  async run(report) {
    const assemblies = await synthesize();
    try {
      const machine = await withoutLatencies(assemblies.hints);
      report(`${ms(median(pushed(machine)))} ms of this machine, with hints and without latencies; included below`);
      const { stream, hints } = await measure(assemblies, report);
      const [old, now] = [stream.flat(), hints.flat()];
      report(lineOf('from the stream', old));
      report(lineOf('with hints', now));
      const ratios = ratioOf(
        stream.map((times) => median(pushed(times))),
        hints.map((times) => median(pushed(times))),
      );
      report(`${ratios.ratio} times as long without hints (${ratios.min} to ${ratios.max}, by round)`);
      return {
        name: 'latency',
        ...ratios,
        rounds: ROUNDS,
        publishes: ROUNDS * PUBLISHES,
        stream: figuresOf(old),
        hints: figuresOf(now),
        machine: figuresOf(machine),
      };
    } finally {
      assemblies.remove();
    }
  },
};

/** Measures the time of the processes of this machine, which are not those of AWS. */
async function withoutLatencies(assembly: string): Promise<Times[]> {
  const app = await MeasuredApp.start(assembly, 'none');
  try {
    return await app.round(PUBLISHES);
  } finally {
    await app.stop();
  }
}

/** Measures both apps in alternating rounds, so that they do not compete for the processors. */
async function measure(
  assemblies: { readonly stream: string; readonly hints: string },
  report: (line: string) => void,
): Promise<{ stream: Times[][]; hints: Times[][] }> {
  const apps: MeasuredApp[] = [];
  const rounds: { stream: Times[][]; hints: Times[][] } = { stream: [], hints: [] };
  try {
    for (const name of ['stream', 'hints'] as const) {
      apps.push(await MeasuredApp.start(assemblies[name], 'aws'));
    }
    for (let count = 1; count <= ROUNDS; count += 1) {
      for (const [index, name] of (['stream', 'hints'] as const).entries()) {
        const times = (await apps[index]?.round(PUBLISHES)) ?? [];
        rounds[name].push(times);
        report(lineOf(`round ${count} of ${ROUNDS}, ${name === 'hints' ? 'with hints' : 'from the stream'}`, times));
      }
    }
    return rounds;
  } finally {
    await Promise.all(apps.map((app) => app.stop()));
  }
}

function pushed(times: readonly Times[]): number[] {
  return times.map((each) => each.pushed);
}

/** @returns milliseconds from the POST: percentiles until the push, and the median until the response to the publisher */
function figuresOf(times: readonly Times[]) {
  const values = pushed(times);
  return {
    p50: round(median(values), 1),
    p90: round(percentile(values, 0.9), 1),
    p99: round(percentile(values, 0.99), 1),
    acknowledged: round(median(times.map((each) => each.acknowledged)), 1),
  };
}

function lineOf(title: string, times: readonly Times[]): string {
  const { p50, p90, p99, acknowledged } = figuresOf(times);
  return `p50 ${ms(p50)}  p90 ${ms(p90)}  p99 ${ms(p99)} ms  publisher ${ms(acknowledged)} ms  ${title}`;
}

function ms(value: number): string {
  return value.toFixed(1).padStart(6);
}
