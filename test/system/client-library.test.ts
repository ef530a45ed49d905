import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { type ClientOptions, type Message, TwinlaneClient } from '../../client';
import { START } from '../../lambda/realtime/protocol';
import { synthesized } from '../local/assembly/assembly-directory';
import { StartedRunner } from '../local/started-runner';
import { stageStack } from '../stack/stages';
import { appOf, somebody } from './caller';

jest.setTimeout(60_000);

let runner: StartedRunner;
let clients: TwinlaneClient[];

beforeAll(async () => {
  runner = await StartedRunner.start(['--app', synthesized((app) => void stageStack('dev', {}, app))]);
});

beforeEach(() => {
  clients = [];
});

afterEach(() => {
  for (const client of clients) {
    client.close();
  }
});

afterAll(() => runner?.stop());

function newClient(options: Partial<ClientOptions> = {}): TwinlaneClient {
  const who = somebody();
  const client = new TwinlaneClient({
    api: runner.url('http'),
    websocket: runner.url('websocket'),
    token: () => appOf(runner).token(who),
    WebSocket,
    reconnect: { base: 100, cap: 1_000 },
    ...options,
  });
  clients.push(client);
  return client;
}

/** Keeps what a topic's handler gets, and can wait for more. */
class Heard {
  readonly messages: Message[] = [];
  private readonly watchers = new Set<() => void>();

  readonly handler = (message: Message): void => {
    this.messages.push(message);
    for (const watcher of this.watchers) {
      watcher();
    }
    this.watchers.clear();
  };

  async until(sequence: number): Promise<number[]> {
    while ((this.messages.at(-1)?.sequence ?? 0) < sequence) {
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
    return this.messages.map((message) => message.sequence);
  }
}

function becomes(client: TwinlaneClient, state: string): Promise<void> {
  return new Promise((resolve) => {
    const off = client.on('state', (now) => {
      if (now === state) {
        off();
        resolve();
      }
    });
  });
}

/** Publishes one after the other until `done`. @returns the last sequence */
async function publishUntil(done: () => boolean, client: TwinlaneClient, topic: string): Promise<number> {
  for (;;) {
    const { sequence } = await client.publish(topic, 'x');
    if (done()) {
      return sequence;
    }
  }
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test('what one client publishes another handles, and a third one later', async () => {
  const topic = `library:${randomUUID()}`;
  const [now, later] = [new Heard(), new Heard()];
  await newClient().subscribe(topic, now.handler).ready;
  const publisher = newClient();
  const published = await publisher.publish(topic, { text: 'hello' }, { id: 'order-42' });
  expect(await publisher.publish(topic, { text: 'hello' }, { id: 'order-42' })).toEqual(published);
  await publisher.publish(topic, 2);
  newClient().subscribe(topic, later.handler, { after: START });
  expect([await now.until(2), await later.until(2)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(now.messages[0]).toEqual({ ...published, data: { text: 'hello' } });
});

test('a refusal has the code of the service', async () => {
  const client = newClient();
  const id = 'taken';
  const topic = `library:${randomUUID()}`;
  await client.publish(topic, 1, { id });
  await expect(client.publish(topic, 2, { id })).rejects.toMatchObject({ name: 'TwinlaneError', code: 'conflict' });
  await expect(client.publish('not a topic', 2)).rejects.toMatchObject({ code: 'invalid_topic' });
});

test('a handler gets each message once and in order while the WebSocket lane is killed', async () => {
  const topic = `library:${randomUUID()}`;
  const client = newClient();
  const heard = new Heard();
  const recovered: boolean[] = [];
  client.on('recovered', (event) => recovered.push(event.recovered));
  client.subscribe(topic, heard.handler, { after: START });
  await becomes(client, 'open');
  let back = false;
  const published = publishUntil(() => back, client, topic);
  await heard.until(1);
  const lost = becomes(client, 'connecting');
  process.kill(runner.child('websocket').pid, 'SIGKILL');
  await lost;
  await becomes(client, 'open');
  back = true;
  const last = await published;
  expect(last).toBeGreaterThan(1);
  expect(await heard.until(last)).toEqual(upTo(last));
  expect(new Set(recovered)).toEqual(new Set([true]));
});

test('a handler gets each message once and in order while connections take each other’s place', async () => {
  const topic = `library:${randomUUID()}`;
  const sockets: WebSocket[] = [];
  class Counted extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  const client = newClient({ WebSocket: Counted, rotateAfter: [300, 600] });
  const heard = new Heard();
  const states: string[] = [];
  client.subscribe(topic, heard.handler, { after: START });
  await becomes(client, 'open');
  client.on('state', (state) => states.push(state));
  const last = await publishUntil(() => sockets.length > 4, client, topic);
  expect(await heard.until(last)).toEqual(upTo(last));
  expect(states).toEqual([]);
});
