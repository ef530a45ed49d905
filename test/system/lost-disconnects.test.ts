/**
 * Only for API Gateway, whose `$disconnect` can be lost. A WebSocket server knows its own sockets, and ./servers-tasks.test.ts covers one that
 * is killed.
 */
import { randomUUID } from 'node:crypto';
import { synthesized } from '../support/cloud-assembly';
import { LocalApp } from '../support/local-app';
import { stageStack } from '../stack/stages';
import { type App, somebody, tokensFrom } from './caller';
import { Client } from './client';
import { publish } from './publish';

/** Maximum number of connections of a subject. */
const CONNECTIONS = 20;

let local: LocalApp;
let app: App;

beforeAll(async () => {
  const assembly = synthesized((cdk) => void stageStack('dev', {}, cdk));
  local = await LocalApp.start(assembly, { disconnectDelaySeconds: 'never' });
  const { http = '', websocket = '', token = '' } = local.urls;
  app = { httpUrl: http, webSocketUrl: websocket, token: tokensFrom(token) };
}, 60_000);

afterEach(() => Client.closeAll());

afterAll(() => local?.stop());

/** Breaks connections. Resolves when the app has noticed, without a `$disconnect`. */
async function lose(clients: readonly Client[]): Promise<void> {
  for (const { socket } of clients) {
    socket.terminate();
  }
  await Promise.all(clients.map(({ closed }) => closed));
  await local.line(() => local.log.filter(({ text }) => text.endsWith(' disconnected: 1006')).length >= clients.length);
}

test('a subject whose connections all broke, and whose $disconnect events are lost, can connect again', async () => {
  const who = somebody();
  const lost: Client[] = [];
  while (lost.length < CONNECTIONS) {
    lost.push(await Client.connect(app, {}, who));
  }
  await lose(lost);
  const again = await Client.connect(app, {}, who);
  const topic = `again:${randomUUID()}`;
  await again.subscribe(topic);
  await publish(app, topic, 'hello');
  expect(await again.pushed(topic)).toMatchObject([{ data: 'hello' }]);
});

test('a message reaches the other subscribers of a topic without an error if a $disconnect is lost, and presence still counts it', async () => {
  const topic = `lost:${randomUUID()}`;
  const [one, other] = [await Client.connect(app), await Client.connect(app)];
  for (const client of [one, other]) {
    await client.ask({ action: 'subscribe', topic });
  }
  await lose([one]);
  expect((await publish(app, topic, 'hello')).status).toBe(201);
  expect(await other.pushed(topic)).toMatchObject([{ data: 'hello' }]);
  expect(await other.ask({ action: 'presence', topic })).toMatchObject({ type: 'presence', subscribers: 2 });
  await local.line(({ text }) => /^POST @connections.*: 410$/.test(text));
  expect(local.log.filter(({ level, text }) => level === 'error' || text.includes('delivery_failed'))).toEqual([]);
  expect(local.log.filter(({ text }) => text.includes('$disconnect'))).toEqual([]);
});
