import { synthesized } from '../local/assembly/assembly-directory';
import { StartedRunner } from '../local/started-runner';
import { stageStack } from '../stack/stages';
import { type App, appOf, ask } from './caller';
import { Listener } from './listener';
import { publish } from './publish';

/** Milliseconds that one answer may take on a loaded machine of two cores. */
const PATIENCE = 5000;

let runner: StartedRunner;
let app: App;

beforeAll(async () => {
  runner = await StartedRunner.start(['--app', synthesized((cdk) => void stageStack('dev', {}, cdk))]);
  app = appOf(runner);
}, 60_000);

afterAll(() => runner?.stop());

/** Publishes one after the other until `done`. @returns the status of each answer */
async function publishUntil(done: () => boolean, topic: string): Promise<number[]> {
  const statuses: number[] = [];
  while (!done()) {
    statuses.push((await publish(app, topic, statuses.length)).status);
  }
  return statuses;
}

/** Kills a part, and waits until it serves again. */
async function crash(part: string): Promise<void> {
  const from = runner.printed.length;
  process.kill(runner.child(part).pid, 'SIGKILL');
  await runner.says(({ text }) => text === `The ${part} process serves again`, from);
}

test('no HTTP request fails while the WebSocket lane is killed, and sockets connect again', async () => {
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

test('sockets stay open while the HTTP lane is killed, and what is published over them arrives', async () => {
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

test('HTTP answers while sockets flood', async () => {
  const flood = await Listener.connect(app);
  let answered = 0;
  flood.socket.on('message', () => {
    answered += 1;
  });
  for (let frame = 0; frame < 2000; frame += 1) {
    flood.socket.send('{"action":"ping"}');
  }
  for (let request = 0; request < 20; request += 1) {
    const start = performance.now();
    expect((await ask(app, '/v1/topics/quiet/messages')).status).toBe(200);
    expect(performance.now() - start).toBeLessThan(PATIENCE);
  }
  await flood.receives(() => answered === 2000);
  await flood.close();
}, 60_000);

test('sockets answer while HTTP requests flood', async () => {
  const listener = await Listener.connect(app);
  const flood = Array.from({ length: 2000 }, async () => (await ask(app, '/v1/topics/loud/messages')).text());
  for (let frame = 0; frame < 20; frame += 1) {
    const start = performance.now();
    expect(await listener.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
    expect(performance.now() - start).toBeLessThan(PATIENCE);
  }
  await Promise.all(flood);
  await listener.close();
}, 60_000);
