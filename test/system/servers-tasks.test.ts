/** WebSocket servers whose tasks stop or are killed, with clients on each of them. */
import { WebSocket } from 'ws';
import { START } from '../../client/protocol';
import { emptyDirectory, synthesized } from '../support/cloud-assembly';
import { ended } from '../support/processes';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { appOf, somebody } from './caller';
import { Client } from './client';
import { closeClients, newClient, newSocket, Received, upTo } from './clients';
import { ConnectionRows } from './connection-rows';
import { publish } from './publish';
import { type Row, TableRows } from './table-rows';
import { postUntilClosed } from './task-requests';

jest.setTimeout(60_000);

/** Number of clients, which the load balancer spreads over both tasks. */
const CLIENTS = 6;

/** Maximum number of connections of a subject. */
const CONNECTIONS = 20;

/** Seconds in which a stopping task closes its connections, instead of 100. */
const DRAIN_SECONDS = 2;

let runner: StartedRunner;
let table: TableRows;
let connections: ConnectionRows;

beforeAll(async () => {
  const assembly = synthesized((cdk) => {
    const { servers } = stageStack('servers', {}, cdk).twinlane.webSocketLane;
    servers?.taskDefinition.defaultContainer?.addEnvironment('DRAIN_SECONDS', `${DRAIN_SECONDS}`);
  });
  runner = await StartedRunner.start(['--app', assembly, '--data', emptyDirectory()]);
  table = await TableRows.open(runner, 'Connection');
  connections = await ConnectionRows.open(runner.ready.awsEndpoint);
});

afterEach(async () => {
  closeClients();
  await Client.closeAll();
});

afterAll(async () => {
  table?.close();
  connections?.close();
  if (runner) {
    // A second signal stops the runner immediately. Otherwise it can retry an interrupted delivery for half a minute.
    process.kill(runner.pid, 'SIGINT');
    await runner.stop();
  }
});

/** @returns the ids of the tasks that have leases, `CONNECTION#{name}.0`, including those that were killed a short time ago. */
async function leases(): Promise<string[]> {
  return (await table.all()).map(({ pk }) => `${pk?.S}`).filter((pk) => pk.startsWith('CONNECTION#'));
}

/** @returns the rows of a task and of its connections. */
async function rowsOf(lease: string): Promise<Row[]> {
  const name = lease.replace('CONNECTION#', '').replace(/0$/, '');
  return (await table.all()).filter((row) => JSON.stringify(row).includes(name));
}

/** Subscribes clients to a topic from its first message. @returns the messages of each, its recoveries, and the number of its lost connections */
async function subscribers(topic: string, count = CLIENTS) {
  const all = Array.from({ length: count }, () => {
    const client = newClient(runner);
    const received = new Received();
    const recoveries: boolean[] = [];
    let losses = 0;
    client.on('recovered', ({ recovered }) => recoveries.push(recovered));
    const { ready } = client.subscribe(topic, received.handler, { after: START });
    void ready.then(() => client.on('connection', ({ status }) => (losses += status === 'connecting' ? 1 : 0)));
    return { received, recoveries, ready, losses: () => losses };
  });
  await Promise.all(all.map(({ ready }) => ready));
  return all;
}

/** Publishes over HTTP one message after another, until `done`. @returns the number of acknowledged messages */
async function publishUntil(done: () => boolean, topic: string): Promise<number> {
  let count = 0;
  while (!done()) {
    expect(await publish(appOf(runner), topic, count)).toMatchObject({ status: 201 });
    count += 1;
  }
  return count;
}

test('clients of a task that is stopped with SIGTERM receive each message once and in order, the task exits with 0 and leaves no rows, and no HTTP request fails', async () => {
  const topic = 'servers:drain';
  const clients = await subscribers(topic);
  const before = await leases();
  const task = runner.child('websocket task');
  const from = runner.printed.length;
  let over = false;
  const published = publishUntil(() => over, topic);

  process.kill(task.pid, 'SIGTERM');
  await ended([task]);
  expect(await runner.says(({ text = '' }) => /a task ended/.test(text), from)).toMatchObject({
    text: expect.stringContaining('exit code 0'),
  });
  await runner.says(({ text = '' }) => /is healthy/.test(text), from);
  over = true;
  const count = await published;

  expect(await Promise.all(clients.map(({ received }) => received.until(count)))).toEqual(
    clients.map(() => upTo(count)),
  );
  expect(new Set(clients.flatMap(({ recoveries }) => recoveries))).toEqual(new Set([true]));
  expect(clients.some(({ losses }) => losses() > 0)).toBe(true);
  const after = await leases();
  const [left, ...others] = before.filter((one) => !after.includes(one));
  expect(others).toEqual([]);
  expect(await rowsOf(left ?? '')).toEqual([]);
});

test('clients of a task that is killed receive each message once and in order, and no HTTP request fails', async () => {
  const topic = 'servers:kill';
  const clients = await subscribers(topic);
  let over = false;
  const published = publishUntil(() => over, topic);
  await runner.crash('websocket task');
  over = true;
  const count = await published;
  expect(await Promise.all(clients.map(({ received }) => received.until(count)))).toEqual(
    clients.map(() => upTo(count)),
  );
  expect(new Set(clients.flatMap(({ recoveries }) => recoveries))).toEqual(new Set([true]));
  expect(clients.some(({ losses }) => losses() > 0)).toBe(true);
});

test('a subject whose connections were all on killed tasks can connect again, and receives messages', async () => {
  const who = somebody();
  const app = appOf(runner);
  const lost: Client[] = [];
  while (lost.length < CONNECTIONS) {
    lost.push(await Client.connect(app, {}, who));
  }
  for (const { pid } of runner.tasks('websocket')) {
    process.kill(pid, 'SIGKILL');
  }
  expect(new Set(await Promise.all(lost.map(({ closed }) => closed)))).toEqual(new Set([1006]));
  const again = await newSocket(runner, who);
  const topic = 'servers:again';
  await again.subscribe(topic);
  await publish(app, topic, 'hello');
  expect(await again.pushed(topic)).toMatchObject([{ data: 'hello' }]);
});

test('a client that stops reading is disconnected, and receives all messages in order when it reads again', async () => {
  const [topic, who] = ['servers:slow', somebody()];
  const sockets: WebSocket[] = [];
  class Kept extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  const received = new Received();
  const recoveries: boolean[] = [];
  const slow = newClient(runner, { WebSocket: Kept, token: () => appOf(runner).token(who) });
  slow.on('recovered', ({ recovered }) => recoveries.push(recovered));
  await slow.subscribe(topic, received.handler, { after: START }).ready;
  const [fast] = await subscribers(topic, 1);
  sockets[0]?.pause();
  await publish(appOf(runner), topic, 1);
  await postUntilClosed(connections, who);
  const { sequence: last = 0 } = await publish(appOf(runner), topic, 2);
  expect(await fast?.received.until(last)).toEqual(upTo(last));
  expect(fast?.losses()).toBe(0);

  sockets[0]?.resume();
  expect(await received.until(last)).toEqual(upTo(last));
  expect(sockets.length).toBeGreaterThan(1);
  expect(new Set(recoveries)).toEqual(new Set([true]));
});

test('connections stay open, and messages published over them arrive, while a task of the HTTP lane is killed', async () => {
  const topic = 'servers:http';
  const client = await Client.connect(appOf(runner));
  await client.subscribe(topic);
  const back = runner.crash('http task');
  expect(await client.ask({ action: 'publish', topic, data: 'meanwhile' })).toMatchObject({ type: 'published' });
  expect(await client.pushed(topic)).toMatchObject([{ data: 'meanwhile' }]);
  await back;
  expect(await client.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
});
