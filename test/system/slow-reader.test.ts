import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { ClientOptions, TwinlaneClient } from '../../client';
import { START } from '../../client/protocol';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { becomes, closeClients, Received, newClient, upTo } from './clients';

jest.setTimeout(60_000);

/** Data of a message. A frame can contain one of them, and a buffer of 1 MiB about 35. */
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
  // A paused socket does not receive the close frame.
  for (const socket of opened) {
    socket.terminate();
  }
});

afterAll(async () => {
  if (runner) {
    // A second signal stops the runner immediately. Otherwise it retries deliveries to a slow reader for minutes.
    process.kill(runner.pid, 'SIGINT');
    await runner.stop();
  }
});

/** Subscribes to topics from their first message. @returns the client, its sockets in order, and the received messages */
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
  const recoveries: boolean[] = [];
  client.on('recovered', ({ recovered }) => recoveries.push(recovered));
  const subscriptions = topics.map((topic) => {
    const received = new Received();
    return { received, ...client.subscribe(topic, received.handler, { after: START }) };
  });
  await Promise.all(subscriptions.map(({ ready }) => ready));
  return { client, sockets, recoveries, received: subscriptions.map(({ received }) => received) };
}

/** Publishes until the buffer of a connection is full. */
async function publishUntilFull(publisher: TwinlaneClient, topic: string): Promise<void> {
  const from = runner.printed.length;
  const isFull = () => runner.printed.slice(from).some(({ text = '' }) => /^POST @connections.*: 429$/.test(text));
  while (!isFull()) {
    await publisher.publish(topic, LARGE);
  }
}

test('a client that stops reading does not delay others, and receives all messages in order when it reads again', async () => {
  const [topic, other] = [`slow:${randomUUID()}`, `other:${randomUUID()}`];
  const [slow, fast] = [await reader([topic]), await reader([topic, other])];
  slow.sockets[0]?.pause();
  await publishUntilFull(fast.client, topic);
  const { sequence: last } = await fast.client.publish(topic, LARGE);
  await fast.client.publish(other, 1);
  expect(await fast.received[0]?.until(last)).toEqual(upTo(last));
  expect(await fast.received[1]?.until(1)).toEqual([1]);
  expect(slow.received[0]?.messages.length).toBeLessThan(last);

  slow.sockets[0]?.resume();
  const { sequence: next } = await fast.client.publish(topic, 'after');
  expect(await slow.received[0]?.until(next)).toEqual(upTo(next));
  expect(slow.sockets.length).toBe(1);
  expect(new Set(slow.recoveries)).toEqual(new Set([true]));
});

test('a client that stops reading until its connection times out resumes on a new connection', async () => {
  const topic = `cut:${randomUUID()}`;
  const slow = await reader([topic], { pingEvery: 500, answerWithin: 500 });
  const fast = await reader([topic]);
  const lost = becomes(slow.client, 'connecting');
  slow.sockets[0]?.pause();
  const { sequence } = await fast.client.publish(topic, 'meanwhile');
  await lost;
  expect(await slow.received[0]?.until(sequence)).toEqual([sequence]);
  expect(slow.sockets.length).toBeGreaterThan(1);
  expect(new Set(slow.recoveries)).toEqual(new Set([true]));
});
