import { type Benchmark, median, ratioOf, round } from '../benchmark';
import { Cores } from './cores';
import { Part } from './part';
import { behindOneProxy, oneProcess } from './plain-contenders';
import { type Conditions, type Phase, type Requests, type Round, Trial } from './trial';
import { twinLanes } from './twin-lanes';

const ROUNDS = 10;

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
        ? `pinned: HTTP and its client to one processor${cores.realTime ? ', before all other work' : ''}; sockets, their storm and the tables to another`
        : 'NOT PINNED (no taskset, or one processor): HTTP and the storm take time from each other, so this only indicates',
    );
    const requests: Requests = Part.start('requests', 'http', cores);
    const trials = new Map<Name, Trial>();
    const rounds: Record<Name, Round[]> = { oneProcess: [], behindOneProxy: [], twinLanes: [] };
    try {
      for (const [name, contender] of contenders()) {
        trials.set(name, await Trial.of(contender, requests, CONDITIONS, cores));
      }
      for (let count = 0; count <= ROUNDS; count++) {
        for (const [name, trial] of trials) {
          const measured = await trial.round(count % 2 ? 'idle' : 'storm');
          // The first round warms what is left to warm, for all of them.
          report(
            `${count > 0 ? `round ${count} of ${ROUNDS}`.padEnd(14) : 'warm-up       '}  ${lineOf(measured)}  ${CONTENDERS[name].label}`,
          );
          if (count > 0) {
            rounds[name].push(measured);
          }
        }
      }
    } finally {
      await Promise.all([requests, ...trials.values()].map((running) => running.stop()));
    }
    for (const [name, { label }] of contenders()) {
      const { ratio, min, max } = figuresOf(rounds[name]);
      report(`${label}: p99 in a storm is ${ratio} times its idle p99 (${min} to ${max})`);
    }
    const working = median(
      Object.values(rounds).flatMap((all) => all.map(({ idle }) => idle.busy?.socket ?? Number.NaN)),
    );
    if (working > RESTING) {
      report(`NOT QUIET: while sockets were silent their processor was ${percent(working)} busy: repeat it alone`);
    }
    const { ratio, min, max } = figuresOf(rounds.twinLanes);
    return {
      name: 'isolation',
      ratio,
      min,
      max,
      pinned: cores.pinned,
      realTime: cores.realTime,
      quiet: working <= RESTING,
      ...CONDITIONS,
      contenders: Object.fromEntries(contenders().map(([name]) => [name, figuresOf(rounds[name])])),
    };
  },
};

function contenders() {
  return Object.entries(CONTENDERS) as [Name, (typeof CONTENDERS)[Name]][];
}

/** @returns medians over the rounds; `ratio` is storm ÷ idle of the p99, with the spread of the rounds' own */
function figuresOf(rounds: readonly Round[]) {
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
  return {
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

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
