import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { WebSocket } from 'ws';
import type { TwinlaneClient } from '../../client';
import { START } from '../../client/protocol';
import { StartedRunner } from '../support/started-runner';
import { appOf } from './caller';
import { Client } from './client';
import { becomes, closeClients, Received, newClient, upTo } from './clients';
import { assemblyOf } from './place';

jest.setTimeout(60_000);

/** Number of clients that lose their connections together. */
const READERS = 3;

let runner: StartedRunner;

beforeAll(async () => {
  runner = await StartedRunner.start(['--app', assemblyOf('apiGateway')]);
});

afterEach(async () => {
  closeClients();
  await Client.closeAll();
});

afterAll(() => runner?.stop());

/** Publishes sequentially until `done`. @returns the last sequence */
async function publishUntil(done: () => boolean, client: TwinlaneClient, topic: string): Promise<number> {
  for (;;) {
    const { sequence } = await client.publish(topic, 'x');
    if (done()) {
      return sequence;
    }
  }
}

test('a current subscriber and a later subscriber both receive the messages of another client', async () => {
  const topic = `library:${randomUUID()}`;
  const [now, later] = [new Received(), new Received()];
  await newClient(runner).subscribe(topic, now.handler).ready;
  const publisher = newClient(runner);
  const published = await publisher.publish(topic, { text: 'hello' }, { id: 'order-42' });
  expect(await publisher.publish(topic, { text: 'hello' }, { id: 'order-42' })).toEqual(published);
  await publisher.publish(topic, 2);
  newClient(runner).subscribe(topic, later.handler, { after: START });
  expect([await now.until(2), await later.until(2)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(now.messages[0]).toEqual({ ...published, data: { text: 'hello' } });
});

test('the first example of the document of the client prints the message that it publishes', async () => {
  const document = readFileSync(join(__dirname, '../../docs/client.md'), 'utf8');
  const [example = ''] = document.match(/import \{ TwinlaneClient \} from '@twinlane\/client';[^`]*/) ?? [];
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(12);
  const { httpUrl, webSocketUrl } = appOf(runner);
  const here = example
    .replace('http://localhost:4510', httpUrl)
    .replace('ws://localhost:4511', webSocketUrl)
    .replace('/token?', `${runner.tokenUrl}?`);
  const { outputFiles } = await build({
    stdin: { contents: here, resolveDir: __dirname, loader: 'ts' },
    // In a browser, `WebSocket` is global.
    banner: {
      js: `import WebSocket from '${pathToFileURL(require.resolve('ws'))}'; globalThis.WebSocket = WebSocket;`,
    },
    alias: { '@twinlane/client': join(__dirname, '../../client/index.ts') },
    ...{ bundle: true, format: 'esm', platform: 'node', write: false },
  });
  const program = spawn(process.execPath, ['--input-type=module'], { stdio: ['pipe', 'pipe', 'inherit'] });
  program.stdin.end(outputFiles[0]?.text);
  const [line] = await Promise.race([once(createInterface(program.stdout), 'line'), once(program, 'exit')]);
  program.kill();
  expect(line).toBe("1 { hello: 'world' }");
});

test('an error of the client library has the error code of the service', async () => {
  const client = newClient(runner);
  const id = 'taken';
  const topic = `library:${randomUUID()}`;
  await client.publish(topic, 1, { id });
  await expect(client.publish(topic, 2, { id })).rejects.toMatchObject({ name: 'TwinlaneError', code: 'conflict' });
  await expect(client.publish('not a topic', 2)).rejects.toMatchObject({ code: 'invalid_topic' });
});

/** Kills a process while a client publishes to a topic, and expects other clients to receive each message once and in order. */
async function expectNothingLost(started: StartedRunner, name: string): Promise<void> {
  const topic = `library:${randomUUID()}`;
  const publisher = newClient(started);
  const recovered: boolean[] = [];
  const readers = Array.from({ length: READERS }, () => {
    const client = newClient(started);
    const received = new Received();
    client.on('recovered', (event) => recovered.push(event.recovered));
    client.subscribe(topic, received.handler, { after: START });
    return { client, received, open: becomes(client, 'open') };
  });
  await Promise.all(readers.map(({ open }) => open));
  let back = false;
  const published = publishUntil(() => back, publisher, topic);
  await Promise.all(readers.map(({ received }) => received.until(1)));
  const lost = readers.map(({ client }) => becomes(client, 'connecting'));
  process.kill(started.child(name).pid, 'SIGKILL');
  await Promise.all(lost);
  await Promise.all(readers.map(({ client }) => becomes(client, 'open')));
  back = true;
  const last = await published;
  expect(last).toBeGreaterThan(1);
  for (const { received } of readers) {
    expect(await received.until(last)).toEqual(upTo(last));
  }
  expect(new Set(recovered)).toEqual(new Set([true]));
}

test('handlers receive each message once and in order while the process of the WebSocket lane is killed', () =>
  expectNothingLost(runner, 'websocket'));

describe('behind a gateway,', () => {
  let gateway: StartedRunner;

  beforeAll(async () => {
    gateway = await StartedRunner.start(['--app', assemblyOf('gateway with servers')]);
  });

  afterAll(() => gateway?.stop());

  test('a client whose lanes have one origin publishes over both lanes, and receives the messages', async () => {
    const { httpUrl, webSocketUrl } = appOf(gateway);
    expect(webSocketUrl).toBe(`${new URL(httpUrl).origin.replace('http', 'ws')}/socket`);
    const topic = `library:${randomUUID()}`;
    const received = new Received();
    const client = newClient(gateway);
    await client.subscribe(topic, received.handler).ready;
    await client.publish(topic, 'over HTTP');
    const socket = await Client.connect(appOf(gateway));
    await socket.ask({ action: 'publish', topic, data: 'over the socket' });
    expect(await received.until(2)).toEqual([1, 2]);
  });

  test('handlers receive each message once and in order while the gateway, which closes every connection, is killed', () =>
    expectNothingLost(gateway, 'cloudfront'));
});

test('a handler receives each message once and in order during rotations', async () => {
  const topic = `library:${randomUUID()}`;
  const sockets: WebSocket[] = [];
  class Counted extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  const client = newClient(runner, { WebSocket: Counted, rotateAfter: [300, 600] });
  const received = new Received();
  const states: string[] = [];
  client.subscribe(topic, received.handler, { after: START });
  await becomes(client, 'open');
  client.on('connection', ({ status }) => status !== 'open' && states.push(status));
  const last = await publishUntil(() => sockets.length > 4, client, topic);
  expect(await received.until(last)).toEqual(upTo(last));
  expect(states).toEqual([]);
});
