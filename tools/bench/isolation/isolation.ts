import { type Benchmark, ratioOf, round } from '../benchmark';
import { median } from '../../statistics';
import { Cores } from './cores';
import { BenchmarkProcess } from './benchmark-process';
import { behindOneProxy, oneProcess } from './plain-contenders';
import { type Conditions, type Instruments, type Phase, type Round, Trial } from './trial';
import { prioritizeSession } from './session-priority';
import { twinlaneLanes, twinlaneServers } from './twin-lanes';
import { exceeded } from './verdict';

/** Warm-up rounds of each contender, for compilers and tables. */
const WARM_UPS = 4;

/** Required number of undisturbed rounds of each contender. */
const ROUNDS = 25;

/** Maximum number of rounds of each contender, for machines that are never quiet. */
const MAX_ROUNDS = 50;

/** Maximum share of a phase for which the processor can be paused without affecting the p99: 5 ms in 1.5 s. */
const MAX_PAUSED_SHARE = 0.0035;

/**
 * Few requests, so that none waits for another, and a storm that plain servers and lanes with servers can handle on one processor.
 * An additional socket takes about 14 ms of it with tables, and about 2 ms without.
 */
const CONDITIONS: Conditions = {
  sockets: 500,
  requestsPerSecond: 300,
  storm: { leadSeconds: 0.5, seconds: 1.5, broadcastsPerSecond: 20, connectsPerSecond: 30 },
};

/** Maximum busy share of the sockets' processor while sockets are silent. Above it, other work disturbs the measurement. */
const MAX_IDLE_USE = 0.2;

const CONTENDERS = { oneProcess, behindOneProxy, twinlaneLanes, twinlaneServers };

type Name = keyof typeof CONTENDERS;

export const isolation: Benchmark = {
  name: 'isolation',
  summary:
    'HTTP p99 during a storm of sockets ÷ without a storm: Twinlane with servers and with API Gateway, one process, one proxy',

  async run(report) {
    const cores = Cores.ofThisMachine();
    // This process, and by default its child processes, run on the sockets' processor.
    cores.move('socket', [process.pid]);
    report(
      cores.pinned
        ? `pinned: HTTP and its client to one processor${cores.privileged ? ', with the highest priority' : ''}; sockets, the storm and the tables to another`
        : 'NOT PINNED (no taskset, or one processor): HTTP and the storm share processors, so the result is only an indication',
    );
    const rounds = await measure(cores, report);
    const figures = Object.fromEntries(contenders().map(([name]) => [name, figuresOf(rounds[name], cores)])) as Record<
      Name,
      ReturnType<typeof figuresOf>
    >;
    for (const [name, { label }] of contenders()) {
      const { ratio, min, max } = figures[name];
      report(`${label}: p99 during a storm is ${ratio} times its idle p99 (${min} to ${max})`);
    }
    const all = Object.values(rounds).flat();
    const working = median(all.map(({ idle }) => idle.busy?.socket ?? Number.NaN));
    if (working > MAX_IDLE_USE) {
      report(
        `NOT QUIET: the sockets' processor was ${percent(working)} busy while sockets were silent. Fix: run the benchmark alone.`,
      );
    }
    const disturbed = all.filter((round) => isDisturbed(round, cores)).length;
    const missing = contenders().some(([name]) => figures[name].rounds < ROUNDS);
    if (disturbed > 0) {
      report(
        `${missing ? 'NOT QUIET: ' : ''}the processor of HTTP was paused in ${disturbed} of ${all.length} rounds, which do not count.` +
          (missing ? ' Too few other rounds are left. Fix: run the benchmark later.' : ''),
      );
    }
    const quiet = working <= MAX_IDLE_USE && !missing;
    const { ratio, min, max } = figures.twinlaneServers;
    return {
      name: 'isolation',
      ratio,
      min,
      max,
      pinned: cores.pinned,
      privileged: cores.privileged,
      quiet,
      failed: [
        ...exceeded(figures),
        ...(cores.pinned && quiet
          ? []
          : ['the machine must be quiet and processes pinned, or the result shows nothing']),
      ],
      ...CONDITIONS,
      contenders: figures,
    };
  },
};

/** Runs rounds of each contender until {@link ROUNDS} are undisturbed, at most {@link MAX_ROUNDS}. */
async function measure(cores: Cores, report: (line: string) => void): Promise<Record<Name, Round[]>> {
  const rounds: Record<Name, Round[]> = { oneProcess: [], behindOneProxy: [], twinlaneLanes: [], twinlaneServers: [] };
  const trials: Partial<Record<Name, Trial>> = {};
  const instruments: Instruments = {
    requests: BenchmarkProcess.start('requests', 'http', cores),
    pauses: BenchmarkProcess.start('pauses', 'http', cores),
  };
  cores.runInRealTime(instruments.pauses.pid);
  const restorePriority = cores.privileged ? prioritizeSession() : () => undefined;
  try {
    for (const [name, contender] of contenders()) {
      const trial = await Trial.of(contender, instruments, CONDITIONS, cores);
      trials[name] = trial;
      for (let count = 1; count <= WARM_UPS; count++) {
        report(`warm-up ${count} of ${WARM_UPS}  ${lineOf(await trial.round('storm'))}  ${contender.label}`);
      }
    }
    for (let count = 1; count <= MAX_ROUNDS; count++) {
      for (const [name, { label }] of contenders()) {
        const found = rounds[name].filter((round) => !isDisturbed(round, cores)).length;
        const round = found < ROUNDS && (await trials[name]?.round(count % 2 ? 'idle' : 'storm'));
        if (round) {
          rounds[name].push(round);
          const title = isDisturbed(round, cores) ? 'paused' : `round ${found + 1} of ${ROUNDS}`;
          report(`${title.padEnd(14)}  ${lineOf(round)}  ${label}`);
        }
      }
    }
    return rounds;
  } finally {
    restorePriority();
    await Promise.all([...Object.values(instruments), ...Object.values(trials)].map((running) => running.stop()));
  }
}

/** @returns true if the processor was paused. Without raised priority, a pause cannot be distinguished from other work */
function isDisturbed({ idle, storm }: Round, { privileged }: Cores): boolean {
  return privileged && Math.max(idle.pausedShare, storm.pausedShare) > MAX_PAUSED_SHARE;
}

function contenders() {
  return Object.entries(CONTENDERS) as [Name, (typeof CONTENDERS)[Name]][];
}

/**
 * @returns medians over the undisturbed rounds, or over all if there are none; `ratio` is storm ÷ idle of the p99, with the
 * smallest and largest ratio of a round
 */
function figuresOf(all: readonly Round[], cores: Cores) {
  const quiet = all.filter((round) => !isDisturbed(round, cores));
  const rounds = quiet.length > 0 ? quiet : all;
  const middle = (of: (each: Round) => number) => round(median(rounds.map(of)));
  const phase = (of: (each: Round) => Phase) => ({
    p50: middle((each) => of(each).p50),
    p99: middle((each) => of(each).p99),
    busy: rounds.every((each) => of(each).busy)
      ? {
          http: middle((each) => of(each).busy?.http ?? Number.NaN),
          socket: middle((each) => of(each).busy?.socket ?? Number.NaN),
        }
      : undefined,
  });
  // Includes disturbed rounds, because pauses in idle phases show that the storm is not their cause.
  const pausedShare = (of: (each: Round) => Phase) => round(mean(all.map((each) => of(each).pausedShare)), 4);
  return {
    rounds: quiet.length,
    disturbed: all.length - quiet.length,
    pausedShare: { idle: pausedShare(({ idle }) => idle), storm: pausedShare(({ storm }) => storm) },
    ...ratioOf(
      rounds.map(({ storm }) => storm.p99),
      rounds.map(({ idle }) => idle.p99),
    ),
    idle: phase(({ idle }) => idle),
    storm: phase(({ storm }) => storm),
    perSecond: {
      arrivals: middle(({ arrivals }) => arrivals),
      connects: middle(({ connects }) => connects),
    },
  };
}

function lineOf({ idle, storm, arrivals, connects }: Round): string {
  const ms = (value: number) => value.toFixed(2).padStart(6);
  const busy = storm.busy
    ? `  busy ${percent(storm.busy.http).padStart(5)} ${percent(storm.busy.socket).padStart(5)}`
    : '';
  return `p99 ${ms(idle.p99)} → ${ms(storm.p99)} ms  ${arrivals.toFixed(0).padStart(5)} arrivals/s ${connects.toFixed(0).padStart(3)} connects/s${busy}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
