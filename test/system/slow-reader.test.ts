import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { ClientOptions, TwinlaneClient } from '../../client';
import { START } from '../../lambda/realtime/protocol';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { becomes, closeClients, Heard, newClient, upTo } from './clients';

jest.setTimeout(60_000);

/** Characters of a message: a frame holds one, and a buffer of 1 MiB some 35. */
const LARGE = 'x'.repeat(30_000);

let runner: StartedRunner;
let opened: WebSocket[];

beforeAll(async () => {
  runner = await StartedRunner.start(['--app', synthesized((app) => void stageStack('dev', {}, app))]);
});

beforeEach(() => {
  opened = [];
});

afterEach(() => {
  closeClients();
  // Who does not read does not hear of the close, either.
  for (const socket of opened) {
    socket.terminate();
  }
});

afterAll(async () => {
  if (runner) {
    // Twice, which stops at once: what waits for a slow reader is tried for minutes.
    process.kill(runner.pid, 'SIGINT');
    await runner.stop();
  }
});

/** Handles topics from their beginning. @param options - of the client, whose sockets are kept, the last one last */
async function reader(topics: readonly string[], options: Partial<ClientOptions> = {}) {
  const sockets: WebSocket[] = [];
  class Kept extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      sockets.push(this);
      opened.push(this);
    }
  }
  const client = newClient(runner, { WebSocket: Kept, ...options });
  const told: boolean[] = [];
  client.on('recovered', ({ recovered }) => told.push(recovered));
  const subscriptions = topics.map((topic) => {
    const heard = new Heard();
    return { heard, ...client.subscribe(topic, heard.handler, { after: START }) };
  });
  await Promise.all(subscriptions.map(({ ready }) => ready));
  return { client, sockets, told, heard: subscriptions.map(({ heard }) => heard) };
}

/** Publishes until somebody's buffer is full. */
async function publishUntilFull(publisher: TwinlaneClient, topic: string): Promise<void> {
  const from = runner.printed.length;
  const isFull = () => runner.printed.slice(from).some(({ text = '' }) => /^POST @connections.*: 429$/.test(text));
  while (!isFull()) {
    await publisher.publish(topic, LARGE);
  }
}

test('who does not read holds up nobody, and gets everything in order when it reads again', async () => {
  const [topic, other] = [`slow:${randomUUID()}`, `other:${randomUUID()}`];
  const [slow, fast] = [await reader([topic]), await reader([topic, other])];
  slow.sockets[0]?.pause();
  await publishUntilFull(fast.client, topic);
  const { sequence: last } = await fast.client.publish(topic, LARGE);
  await fast.client.publish(other, 1);
  expect(await fast.heard[0]?.until(last)).toEqual(upTo(last));
  expect(await fast.heard[1]?.until(1)).toEqual([1]);
  expect(slow.heard[0]?.messages.length).toBeLessThan(last);

  slow.sockets[0]?.resume();
  const { sequence: next } = await fast.client.publish(topic, 'after');
  expect(await slow.heard[0]?.until(next)).toEqual(upTo(next));
  expect(slow.sockets.length).toBe(1);
  expect(new Set(slow.told)).toEqual(new Set([true]));
});

test('who does not read for so long that it takes its connection for broken resumes with another', async () => {
  const topic = `cut:${randomUUID()}`;
  const slow = await reader([topic], { pingEvery: 500, answerWithin: 500 });
  const fast = await reader([topic]);
  const lost = becomes(slow.client, 'connecting');
  slow.sockets[0]?.pause();
  const { sequence } = await fast.client.publish(topic, 'meanwhile');
  await lost;
  expect(await slow.heard[0]?.until(sequence)).toEqual([sequence]);
  expect(slow.sockets.length).toBeGreaterThan(1);
  expect(new Set(slow.told)).toEqual(new Set([true]));
});
