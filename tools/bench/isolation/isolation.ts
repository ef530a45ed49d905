import { type Benchmark, ratioOf, round } from '../benchmark';
import { median } from '../../statistics';
import { Cores } from './cores';
import { Part } from './part';
import { behindOneProxy, oneProcess } from './plain-contenders';
import { type Conditions, type Instruments, type Phase, type Round, Trial } from './trial';
import { twinLanes } from './twin-lanes';

/** Of each contender, before any that counts: compilers and tables see what a storm asks of them. */
const WARM_UPS = 4;

/** Undisturbed ones, of each contender. */
const ROUNDS = 25;

/** All of them, of each: on a machine that is never quiet, what there is has to do. */
const MOST = 50;

/** A processor that stood still for more of a phase decides its p99: a stop of 5 ms in 1.5 s does not. */
const STILL = 0.0035;

/** Few requests, so that none waits for another; a storm that a plain server has time for: what it does at once is what hurts. */
const CONDITIONS: Conditions = {
  sockets: 500,
  requestsPerSecond: 300,
  storm: { seconds: 1.5, broadcastsPerSecond: 20, connectsPerSecond: 50 },
};

/** Where sockets are silent their processor rests: beyond this share something that is not measured works. */
const RESTING = 0.2;

const CONTENDERS = { oneProcess, behindOneProxy, twinLanes };

type Name = keyof typeof CONTENDERS;

export const isolation: Benchmark = {
  name: 'isolation',
  summary: 'HTTP p99 in a storm of sockets ÷ without one: Twinlane, beside one process for both, and one proxy',

  async run(report) {
    const cores = Cores.ofThisMachine();
    // This process stays where HTTP is not, and all that it starts unless it is told otherwise.
    cores.move('socket', [process.pid]);
    report(
      cores.pinned
        ? `pinned: HTTP and its client to one processor${cores.privileged ? ', before all other work' : ''}; sockets, their storm and the tables to another`
        : 'NOT PINNED (no taskset, or one processor): HTTP and the storm take time from each other, so this only indicates',
    );
    const rounds = await measure(cores, report);
    const figures = Object.fromEntries(contenders().map(([name]) => [name, figuresOf(rounds[name], cores)])) as Record<
      Name,
      ReturnType<typeof figuresOf>
    >;
    for (const [name, { label }] of contenders()) {
      const { ratio, min, max } = figures[name];
      report(`${label}: p99 in a storm is ${ratio} times its idle p99 (${min} to ${max})`);
    }
    const all = Object.values(rounds).flat();
    const working = median(all.map(({ idle }) => idle.busy?.socket ?? Number.NaN));
    if (working > RESTING) {
      report(`NOT QUIET: while sockets were silent their processor was ${percent(working)} busy: repeat it alone`);
    }
    const disturbed = all.filter((round) => isDisturbed(round, cores)).length;
    const missing = contenders().some(([name]) => figures[name].rounds < ROUNDS);
    if (disturbed > 0) {
      report(
        `${missing ? 'NOT QUIET: ' : ''}in ${disturbed} of ${all.length} rounds the processor of HTTP stood still for everybody: they ` +
          `${missing ? 'left too few others, repeat it later' : 'do not count'}`,
      );
    }
    const { ratio, min, max } = figures.twinLanes;
    return {
      name: 'isolation',
      ratio,
      min,
      max,
      pinned: cores.pinned,
      privileged: cores.privileged,
      quiet: working <= RESTING && !missing,
      ...CONDITIONS,
      contenders: figures,
    };
  },
};

/** As many rounds of each contender as it takes for {@link ROUNDS} that nothing disturbed, or {@link MOST}. */
async function measure(cores: Cores, report: (line: string) => void): Promise<Record<Name, Round[]>> {
  const rounds: Record<Name, Round[]> = { oneProcess: [], behindOneProxy: [], twinLanes: [] };
  const trials: Partial<Record<Name, Trial>> = {};
  const instruments: Instruments = {
    requests: Part.start('requests', 'http', cores),
    watch: Part.start('watch', 'http', cores),
  };
  cores.wakeInTime(instruments.watch.pid);
  try {
    for (const [name, contender] of contenders()) {
      const trial = await Trial.of(contender, instruments, CONDITIONS, cores);
      trials[name] = trial;
      for (let count = 1; count <= WARM_UPS; count++) {
        report(`warm-up ${count} of ${WARM_UPS}  ${lineOf(await trial.round('storm'))}  ${contender.label}`);
      }
    }
    for (let count = 1; count <= MOST; count++) {
      for (const [name, { label }] of contenders()) {
        const found = rounds[name].filter((round) => !isDisturbed(round, cores)).length;
        const round = found < ROUNDS && (await trials[name]?.round(count % 2 ? 'idle' : 'storm'));
        if (round) {
          rounds[name].push(round);
          const title = isDisturbed(round, cores) ? 'stood still' : `round ${found + 1} of ${ROUNDS}`;
          report(`${title.padEnd(14)}  ${lineOf(round)}  ${label}`);
        }
      }
    }
    return rounds;
  } finally {
    await Promise.all([...Object.values(instruments), ...Object.values(trials)].map((running) => running.stop()));
  }
}

/** Without the privilege to come first, nobody can tell a standstill from having to wait. */
function isDisturbed({ idle, storm }: Round, { privileged }: Cores): boolean {
  return privileged && Math.max(idle.stoodStill, storm.stoodStill) > STILL;
}

function contenders() {
  return Object.entries(CONTENDERS) as [Name, (typeof CONTENDERS)[Name]][];
}

/**
 * @returns medians over the rounds that nothing disturbed, if there are any; `ratio` is storm ÷ idle of the p99, with the
 * spread of the rounds' own
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
  // Of all of them: that the disturbed ones were so in idle phases, too, is what shows that it was not the storm.
  const stoodStill = (of: (each: Round) => Phase) => round(mean(all.map((each) => of(each).stoodStill)), 4);
  return {
    rounds: quiet.length,
    disturbed: all.length - quiet.length,
    stoodStill: { idle: stoodStill(({ idle }) => idle), storm: stoodStill(({ storm }) => storm) },
    ...ratioOf(
      rounds.map(({ storm }) => storm.p99),
      rounds.map(({ idle }) => idle.p99),
    ),
    idle: phase(({ idle }) => idle),
    storm: phase(({ storm }) => storm),
    perSecond: {
      broadcasts: middle(({ broadcasts }) => broadcasts),
      frames: middle(({ frames }) => frames),
      connects: middle(({ connects }) => connects),
    },
  };
}

function lineOf({ idle, storm, frames, connects }: Round): string {
  const ms = (value: number) => value.toFixed(2).padStart(6);
  const busy = storm.busy
    ? `  busy ${percent(storm.busy.http).padStart(5)} ${percent(storm.busy.socket).padStart(5)}`
    : '';
  return `p99 ${ms(idle.p99)} → ${ms(storm.p99)} ms  ${frames.toFixed(0).padStart(5)} frames/s ${connects.toFixed(0).padStart(3)} connects/s${busy}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
