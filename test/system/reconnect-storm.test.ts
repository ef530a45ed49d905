import { setInterval } from 'node:timers/promises';
import { cdk } from '../support/example-project';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { appOf } from './caller';
import { becomes, closeClients, Received, newClient, upTo } from './clients';
import { publish } from './publish';

/** Number of clients. Each needs a file descriptor here and one in the lane. Node.js uses the hard limit: `ulimit -Hn`. */
const CLIENTS = 1_000;

/** Topics, each with a tenth of the clients, so that every message is pushed a hundred times. */
const TOPICS = Array.from({ length: 10 }, (_, index) => `storm:${index}`);

/** Clients that connect at the same time initially. Two cores open some tens of connections a second, and a ticket is valid for 30 s. */
const TOGETHER = 100;

/** The library's default base times five, because two cores open a fifth of the connections of API Gateway, and a longer timeout. */
const OPTIONS = { reconnect: { base: 10_000, cap: 60_000 }, answerWithin: 30_000 };

let runner: StartedRunner;

beforeAll(async () => {
  const { dev, prod } = cdk.context.twinlane;
  const { rateLimit, burstLimit } = prod.capacity.websocket;
  // The throttle of `dev` is too low for this number of clients.
  const capacity = { http: dev.capacity.http, websocket: { rateLimit, burstLimit } };
  runner = await StartedRunner.start(['--app', synthesized((app) => void stageStack('dev', { capacity }, app))]);
}, 60_000);

afterEach(closeClients);

afterAll(async () => {
  if (runner) {
    // A second signal stops the runner immediately, without $disconnect for a thousand connections.
    process.kill(runner.pid, 'SIGINT');
    await runner.stop();
  }
}, 20_000);

/** Publishes once a second to the topics in turn, until `done` and at least once to each. @returns the statuses, by topic */
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

/** Creates a client that subscribes to a topic. */
function subscriber(topic: string) {
  const client = newClient(runner, OPTIONS);
  const received = new Received();
  const recoveries: boolean[] = [];
  client.on('recovered', ({ recovered }) => recoveries.push(recovered));
  const { ready } = client.subscribe(topic, received.handler);
  return { client, received, recoveries, ready };
}

test('a thousand clients reconnect after a kill and receive all messages published meanwhile, and no HTTP request fails', async () => {
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
  expect(await Promise.all(clients.map(({ received }, index) => received.until(expected[index]?.length ?? 0)))).toEqual(
    expected,
  );
  expect(new Set(clients.flatMap(({ recoveries }) => recoveries))).toEqual(new Set([true]));
}, 240_000);
