import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { START } from '../../lambda/realtime/protocol';
import { Random } from '../simulation/random';
import { emptyDirectory, synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { check } from '../simulation/checker';
import { stageStack } from '../stack/stages';
import { Client } from './client';
import { closeClients, newClient, newSocket } from './clients';
import { Witness } from './witness';

/** `SEED=42 npx jest test/system/history` kills in the same order again; what is on its way then is not the same. */
const SEED = Number(process.env.SEED ?? randomInt(1_000_000));

const KILLS = 8;

/** From one kill to the next, fewer messages than this are acknowledged. */
const BETWEEN_KILLS = 80;

/** Milliseconds for everything to arrive once everything serves again. */
const HEALING = 30_000;

/** Short intervals: seconds instead of minutes. */
const OPTIONS = {
  pingEvery: 1_000,
  answerWithin: 3_000,
  gapWithin: 300,
  retry: { base: 50, cap: 500 },
  publishWithin: 20_000,
};

const TOPICS = ['history:1', 'history:2', 'history:3'];

const assembly = synthesized((app) => void stageStack('dev', {}, app));

let runner: StartedRunner | undefined;

afterEach(async () => {
  closeClients();
  await Client.closeAll();
  if (runner) {
    // Twice, which stops at once: a delivery that a kill interrupted may be tried again for half a minute.
    process.kill(runner.pid, 'SIGINT');
    await runner.stop();
  }
}, 30_000);

/** Kills parts at random, amid what is published. Resolves when all of them serve again. */
async function kill(started: StartedRunner, parts: readonly string[], witness: Witness): Promise<void> {
  const random = new Random(SEED);
  const back = new Map<string, Promise<unknown>>();
  for (let kills = 0; kills < KILLS; kills += 1) {
    await witness.acknowledges(random.below(BETWEEN_KILLS));
    const part = parts[random.below(parts.length)] ?? '';
    await back.get(part);
    const from = started.printed.length;
    process.kill(started.child(part).pid, 'SIGKILL');
    back.set(
      part,
      started.says(({ text }) => text === `The ${part} process serves again`, from),
    );
  }
  await Promise.all(back.values());
}

/** Calls one after the other until `done`, each with a topic and an id of its own, as people do: with time to think between. */
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
  ['in memory', ['websocket', 'http', 'events'], () => []],
  ['with --data', ['aws', 'websocket', 'http', 'events'], () => ['--data', emptyDirectory()]],
] as const)(
  `what was acknowledged is seen once and in order by everybody while parts are killed at random, %s (SEED=${SEED})`,
  async (_, parts, options) => {
    const started = await StartedRunner.start(['--app', assembly, ...options()]);
    runner = started;
    const random = new Random(randomInt(2 ** 32));
    const witness = new Witness();
    for (const name of ['Ann', 'Bob', 'Cid']) {
      witness.reads(name, newClient(started, OPTIONS), TOPICS, START);
    }
    witness.reads('Dan', newClient(started, OPTIONS), TOPICS);

    let over = false;
    const overHttp = ['http1', 'http2'].map((by) => {
      const client = newClient(started, OPTIONS);
      return until(
        () => over,
        random,
        by,
        (topic, id) => witness.publishes(by, client, topic, id),
      );
    });
    const overSockets = ['socket1', 'socket2'].map(async (by) => {
      let socket = await newSocket(started);
      await until(
        () => over,
        random,
        by,
        async (topic, id) => {
          while (await witness.sends(by, socket, topic, id)) {
            socket.socket.terminate();
            socket = await newSocket(started);
          }
        },
      );
    });
    const killed = kill(started, parts, witness).finally(() => {
      over = true;
    });
    await Promise.all([killed, ...overHttp, ...overSockets]);
    witness.reads('Eve', newClient(started, OPTIONS), TOPICS, START);

    const history = await witness.history(newClient(started, OPTIONS), HEALING);
    expect(check(history)).toEqual([]);
    expect(history.log.length).toBeGreaterThan(KILLS);
  },
  120_000,
);
