import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { START } from '../../client/protocol';
import { Random } from '../simulation/random';
import { emptyDirectory, synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { check } from '../simulation/checker';
import { stageStack } from '../stack/stages';
import { somebody } from './caller';
import { Client } from './client';
import { closeClients, newClient, newSocket } from './clients';
import { HistoryRecorder } from './witness';

/** `SEED=42 npx jest test/system/history` repeats the order of the kills, but not the messages in transit. */
const SEED = Number(process.env.SEED ?? randomInt(1_000_000));

const KILLS = 8;

/** Exclusive maximum of acknowledged messages between two kills. */
const BETWEEN_KILLS = 80;

/** Milliseconds for all messages to arrive after all processes serve again. */
const RECOVERY = 30_000;

/** Short intervals: seconds instead of minutes. */
const OPTIONS = {
  pingEvery: 1_000,
  answerWithin: 3_000,
  gapWithin: 300,
  retry: { base: 50, cap: 500 },
  publishWithin: 20_000,
};

const TOPICS = ['history:1', 'history:2', 'history:3'];

const [assembly = '', withServers = ''] = ['dev', 'servers'].map((stage) =>
  synthesized((app) => void stageStack(stage, {}, app)),
);

let runner: StartedRunner | undefined;

afterEach(async () => {
  closeClients();
  await Client.closeAll();
  if (runner) {
    // A second signal stops the runner immediately. Otherwise it can retry an interrupted delivery for half a minute.
    process.kill(runner.pid, 'SIGINT');
    await runner.stop();
  }
}, 30_000);

/** @returns the tasks that were killed. */
function tasksOf<Value>(back: ReadonlyMap<string, Value>): Value[] {
  return [...back].flatMap(([name, value]) => (name.endsWith(' task') ? [value] : []));
}

/** Kills random processes while messages are published. Resolves when all processes serve again. */
async function kill(started: StartedRunner, processes: readonly string[], recorder: HistoryRecorder): Promise<void> {
  const random = new Random(SEED);
  const back = new Map<string, Promise<unknown>>();
  for (let kills = 0; kills < KILLS; kills += 1) {
    await recorder.acknowledges(random.below(BETWEEN_KILLS));
    const name = processes[random.below(processes.length)] ?? '';
    // A task ends with the process that runs it, so it must be back before either of them is killed.
    await Promise.all(name.endsWith(' task') ? back.values() : [back.get(name), ...tasksOf(back)]);
    back.set(name, started.crash(name));
  }
  await Promise.all(back.values());
}

/** Publishes sequentially until `done`, with random topics, unique ids and random pauses. */
async function until(
  done: () => boolean,
  random: Random,
  by: string,
  publish: (topic: string, id: string) => Promise<void>,
): Promise<void> {
  for (let count = 1; !done(); count += 1) {
    await publish(TOPICS[random.below(TOPICS.length)] ?? '', `${by}-${count}`);
    await pause(random.next() * 100);
  }
}

test.each([
  ['in memory', assembly, ['websocket', 'http', 'events'], () => []],
  ['with --data', assembly, ['aws', 'websocket', 'http', 'events'], () => ['--data', emptyDirectory()]],
  [
    'with WebSocket servers',
    withServers,
    ['aws', 'websocket', 'http', 'events', 'websocket task'],
    () => ['--data', emptyDirectory()],
  ],
] as const)(
  `all clients receive acknowledged messages once and in order while random processes are killed, %s (SEED=${SEED})`,
  async (_, app, processes, options) => {
    const started = await StartedRunner.start(['--app', app, ...options()]);
    runner = started;
    const random = new Random(randomInt(2 ** 32));
    const recorder = new HistoryRecorder();
    for (const name of ['Ann', 'Bob', 'Cid']) {
      recorder.reads(name, newClient(started, OPTIONS), TOPICS, START);
    }
    recorder.reads('Dan', newClient(started, OPTIONS), TOPICS);

    let over = false;
    const overHttp = ['http1', 'http2'].map((by) => {
      const client = newClient(started, OPTIONS);
      return until(
        () => over,
        random,
        by,
        (topic, id) => recorder.publishes(by, client, topic, id),
      );
    });
    const overSockets = ['socket1', 'socket2'].map(async (by) => {
      // Message ids belong to a subject, so a retry over a new socket needs the same one.
      const who = somebody();
      let socket = await newSocket(started, who);
      await until(
        () => over,
        random,
        by,
        async (topic, id) => {
          while (await recorder.sends(by, socket, topic, id)) {
            socket.socket.terminate();
            socket = await newSocket(started, who);
          }
        },
      );
    });
    const killed = kill(started, processes, recorder).finally(() => {
      over = true;
    });
    await Promise.all([killed, ...overHttp, ...overSockets]);
    recorder.reads('Eve', newClient(started, OPTIONS), TOPICS, START);

    const history = await recorder.history(newClient(started, OPTIONS), RECOVERY);
    expect(check(history)).toEqual([]);
    expect(history.log.length).toBeGreaterThan(KILLS);
  },
  120_000,
);
