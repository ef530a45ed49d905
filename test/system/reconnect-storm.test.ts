import { setInterval } from 'node:timers/promises';
import cdk from '../../cdk.json';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { appOf } from './caller';
import { becomes, closeClients, Heard, newClient, upTo } from './clients';
import { publish } from './publish';

/** Each is a socket here and one in the lane. Node.js takes as many descriptors as the system lets it: `ulimit -Hn`. */
const CLIENTS = 1_000;

/** A tenth of the clients is subscribed to each: every message is pushed a hundred times. */
const TOPICS = Array.from({ length: 10 }, (_, index) => `storm:${index}`);

/** So many connect at the same time at first: two cores let in some tens a second, and a ticket is valid for 30 s. */
const TOGETHER = 100;

/** Two cores let in a fifth of what API Gateway does: the library's own base, times five; and they take longer to answer. */
const OPTIONS = { reconnect: { base: 10_000, cap: 60_000 }, answerWithin: 30_000 };

let runner: StartedRunner;

beforeAll(async () => {
  const { dev, prod } = cdk.context.twinlane;
  const { rateLimit, burstLimit } = prod.capacity.websocket;
  // The throttle of `dev` is for fewer.
  const capacity = { http: dev.capacity.http, websocket: { rateLimit, burstLimit } };
  runner = await StartedRunner.start(['--app', synthesized((app) => void stageStack('dev', { capacity }, app))]);
}, 60_000);

afterEach(closeClients);

afterAll(async () => {
  if (runner) {
    // Twice, which stops at once: a thousand connections need not be disconnected one by one.
    process.kill(runner.pid, 'SIGINT');
    await runner.stop();
  }
}, 20_000);

/** Publishes once a second, to the topics in turn, until `done` and every topic had one. @returns the statuses, by topic */
async function publishUntil(done: () => boolean): Promise<number[][]> {
  const answers = TOPICS.map((): Promise<number>[] => []);
  const app = appOf(runner);
  let turn = 0;
  for await (const _ of setInterval(1_000)) {
    const index = turn % TOPICS.length;
    const answer = publish(app, TOPICS[index] ?? '', turn).then(({ status }) => status);
    answers[index]?.push(answer);
    turn += 1;
    if (done() && turn >= TOPICS.length) {
      break;
    }
  }
  return Promise.all(answers.map((topic) => Promise.all(topic)));
}

/** A client that is subscribed to a topic. */
function subscriber(topic: string) {
  const client = newClient(runner, OPTIONS);
  const heard = new Heard();
  const told: boolean[] = [];
  client.on('recovered', ({ recovered }) => told.push(recovered));
  const { ready } = client.subscribe(topic, heard.handler);
  return { client, heard, told, ready };
}

test('a thousand clients come back after a kill, each with all that was published meanwhile, and no HTTP request fails', async () => {
  const clients: ReturnType<typeof subscriber>[] = [];
  while (clients.length < CLIENTS) {
    const next = Array.from({ length: TOGETHER }, (_, index) => subscriber(TOPICS[index % TOPICS.length] ?? ''));
    await Promise.all(next.map(({ ready }) => ready));
    clients.push(...next);
  }

  const back = clients.map(async ({ client }) => {
    await becomes(client, 'connecting');
    await becomes(client, 'open');
  });
  let over = false;
  const published = publishUntil(() => over);
  process.kill(runner.child('websocket').pid, 'SIGKILL');
  await Promise.all(back);
  over = true;
  const statuses = await published;

  expect(new Set(statuses.flat())).toEqual(new Set([201]));
  const expected = clients.map((_, index) => upTo(statuses[index % TOPICS.length]?.length ?? 0));
  expect(await Promise.all(clients.map(({ heard }, index) => heard.until(expected[index]?.length ?? 0)))).toEqual(
    expected,
  );
  expect(new Set(clients.flatMap(({ told }) => told))).toEqual(new Set([true]));
}, 240_000);
