import type { Benchmark } from '../benchmark';
import { openFilesLimit, openFilesProblem } from './open-files';
import {
  type CpuSeconds,
  type Measured,
  rate,
  rateOf,
  resultOf,
  type Storm,
  summaryOf,
  type WayName,
  WAYS,
} from './report';
import { LaneTables, type ServerName, Trial } from './trial';

const SOCKETS = 5000;
const ROUNDS = 9;
const STORMS = 3;

/** Process with the sockets of a way. */
const SERVERS: Readonly<Record<WayName, ServerName>> = {
  servers: 'task',
  connections: 'gateway',
  loop: 'broadcaster',
};

/** Deliveries of a round. A post for each socket takes longer than a send, so there are fewer of them. */
const DELIVERIES = [
  { together: 1, times: { servers: 20, connections: 2, loop: 20 } },
  { together: 10, times: { servers: 10, connections: 2, loop: 10 } },
] as const;

export const sockets: Benchmark = {
  name: 'sockets',
  summary: 'messages per CPU second to 5,000 sockets: servers of the lane ÷ @connections, and ÷ a bare loop of ws',

  async run(report) {
    const problem = openFilesProblem(openFilesLimit(), SOCKETS);
    if (problem) {
      throw new Error(problem);
    }
    report(
      `${SOCKETS} sockets on loopback. For @connections, a process stands for API Gateway. Its CPU time is AWS's, and does not count.`,
    );
    const measured = await measure(report);
    for (const line of summaryOf(measured)) {
      report(line);
    }
    return resultOf(measured);
  },
};

async function measure(report: (line: string) => void): Promise<Measured> {
  const tables = await LaneTables.start();
  const started: Trial[] = [];
  try {
    const start = async (name: WayName) => {
      report(`opening sockets     ${WAYS[name]}`);
      const trial = await Trial.of(SERVERS[name], SOCKETS, tables);
      started.push(trial);
      return trial;
    };
    const trials = {
      servers: await start('servers'),
      connections: await start('connections'),
      loop: await start('loop'),
    };
    const [single, several] = [
      await compare(trials, DELIVERIES[0], report),
      await compare(trials, DELIVERIES[1], report),
    ];
    const storms: Storm[] = [];
    for (let count = 1; count <= STORMS; count++) {
      const storm = await trials.servers.storm();
      storms.push(storm);
      report(
        `storm ${count} of ${STORMS}        ${storm.seconds.toFixed(1)} s, ${storm.cpuSeconds.toFixed(1)} CPU seconds`,
      );
    }
    return {
      sockets: SOCKETS,
      comparisons: [single, several],
      bytesPerSocket: { servers: trials.servers.bytesPerSocket, loop: trials.loop.bytesPerSocket },
      storms,
    };
  } finally {
    await Promise.all([...started, tables].map((running) => running.stop()));
  }
}

/** Runs rounds of all ways, one after another in each round, after one that is not measured. */
async function compare(
  trials: Readonly<Record<WayName, Trial>>,
  { together, times }: (typeof DELIVERIES)[number],
  report: (line: string) => void,
) {
  const rounds: Record<WayName, CpuSeconds[]> = { servers: [], connections: [], loop: [] };
  const messages = (name: WayName) => times[name] * together * SOCKETS;
  for (let count = 0; count <= ROUNDS; count++) {
    for (const name of Object.keys(WAYS) as WayName[]) {
      const cpu = await trials[name].deliver(times[name], together);
      if (count > 0) {
        rounds[name].push(cpu);
        const measured = rate(rateOf(name, messages(name), cpu));
        report(`round ${count} of ${ROUNDS} × ${`${together}`.padEnd(5)} ${measured}  ${WAYS[name]}`);
      }
    }
  }
  const of = (name: WayName) => ({ messages: messages(name), rounds: rounds[name] });
  return { together, ways: { servers: of('servers'), connections: of('connections'), loop: of('loop') } };
}
