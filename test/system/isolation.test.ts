import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { type App, appOf, ask } from './caller';
import { Listener } from './listener';
import { publish } from './publish';

/** Many more requests than one lane answers before the other one has answered {@link REQUESTS}. */
const FLOOD = 2000;
const REQUESTS = 20;

/** Number of connections that share a flood of frames: each stays within its rate limit, so that none is closed. */
const CONNECTIONS = 20;

let runner: StartedRunner;
let app: App;

beforeAll(async () => {
  runner = await StartedRunner.start(['--app', synthesized((cdk) => void stageStack('dev', {}, cdk))]);
  app = appOf(runner);
}, 60_000);

afterAll(() => runner?.stop());

/** Publishes sequentially until `done`. @returns the status of each response */
async function publishUntil(done: () => boolean, topic: string): Promise<number[]> {
  const statuses: number[] = [];
  while (!done()) {
    statuses.push((await publish(app, topic, statuses.length)).status);
  }
  return statuses;
}

/** Kills a process, and waits until it serves again. */
async function crash(name: string): Promise<void> {
  const from = runner.printed.length;
  process.kill(runner.child(name).pid, 'SIGKILL');
  await runner.says(({ text }) => text === `The ${name} process serves again`, from);
}

test('no HTTP request fails while the process of the WebSocket lane is killed, and sockets can connect again', async () => {
  const before = await Listener.connect(app);
  let back = false;
  const published = publishUntil(() => back, 'killed:websocket');
  await crash('websocket');
  back = true;
  const statuses = await published;
  expect(statuses.length).toBeGreaterThan(1);
  expect(new Set(statuses)).toEqual(new Set([201]));
  expect(await before.closed).toBe(1006);

  const after = await Listener.connect(app);
  expect(await after.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
  await after.close();
}, 30_000);

test('sockets stay open and messages published over them arrive while the process of the HTTP lane is killed', async () => {
  const listener = await Listener.connect(app);
  await listener.ask({ action: 'subscribe', topic: 'killed:http' });
  const back = crash('http');
  const answer = await listener.ask({ action: 'publish', topic: 'killed:http', data: 1, id: 'meanwhile' });
  expect(answer).toMatchObject({ type: 'published' });
  await listener.receives(({ type, id }) => type === 'message' && id === 'meanwhile');
  await back;
  expect((await publish(app, 'killed:http', 2)).status).toBe(201);
  await listener.close();
}, 30_000);

// If one lane waited for the other, it would answer only after the flood. This order does not depend on the machine's speed.
test('the HTTP lane answers during a flood of frames', async () => {
  expect((await ask(app, '/v1/topics/quiet/messages')).status).toBe(200);
  const floods: Listener[] = [];
  let answered = 0;
  while (floods.length < CONNECTIONS) {
    const flood = await Listener.connect(app);
    flood.socket.on('message', () => {
      answered += 1;
    });
    floods.push(flood);
  }
  for (let frame = 0; frame < FLOOD; frame += 1) {
    floods[frame % CONNECTIONS]?.socket.send('{"action":"ping"}');
  }
  await Promise.any(floods.map((flood) => flood.receives(() => true)));
  const requests = Array.from({ length: REQUESTS }, () => ask(app, '/v1/topics/quiet/messages'));
  expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(Array(REQUESTS).fill(200));
  expect(answered).toBeLessThan(FLOOD);
  const all = FLOOD / CONNECTIONS;
  await Promise.all(floods.map((flood) => flood.receives(() => flood.frames.length === all)));
  await Promise.all(floods.map((flood) => flood.close()));
}, 120_000);

test('the WebSocket lane answers during a flood of HTTP requests', async () => {
  const listener = await Listener.connect(app);
  let answered = 0;
  const flood = Array.from({ length: FLOOD }, async () => {
    await (await ask(app, '/v1/topics/loud/messages')).text();
    answered += 1;
  });
  await Promise.any(flood);
  for (let frame = 0; frame < REQUESTS; frame += 1) {
    expect(await listener.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
  }
  expect(answered).toBeLessThan(FLOOD);
  await Promise.all(flood);
  await listener.close();
}, 120_000);
