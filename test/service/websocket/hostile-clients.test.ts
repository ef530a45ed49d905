/** Attacks of clients on a task. */
import type { Socket } from 'node:net';
import { TaskTopics } from '../../../lambda/realtime/task-topics';
import { ManualClock } from '../../support/memory/clock';
import { LaneOfTasks, type TestClient } from './lane-of-tasks';

let lane: LaneOfTasks;

beforeEach(() => {
  lane = new LaneOfTasks();
});

afterEach(() => lane.stop());

/** Milliseconds in which the task must react. */
const WITHIN = 2500;

const TEXT = 1;
const CONTINUATION = 0;
const PING = 9;
const PONG = 10;

function frame(opcode: number, bytes: number, fin = true): Buffer {
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | bytes, 0, 0, 0, 0]), Buffer.alloc(bytes, 'x')]);
}

/** @returns the connection below a WebSocket, to write any frames */
function below({ socket }: TestClient): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}

/** Writes a unit until the socket is closed or the time is over. @returns true if it was closed */
async function isClosedWhile(client: TestClient, unit: Buffer, pause = 0): Promise<boolean> {
  const socket = below(client);
  socket.on('error', () => undefined);
  const end = Date.now() + WITHIN;
  let closed = false;
  socket.once('close', () => (closed = true));
  while (!closed && Date.now() < end) {
    socket.write(unit);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return closed;
}

describe('a task', () => {
  // Each fragment of 1 byte keeps the 64 KiB that were read with it: `maxFragments` is 16,384, so a socket can hold 1 GiB.
  it('closes a socket that sends a message in a thousand fragments', async () => {
    const { url } = await lane.start();
    const client = await lane.connect(url);
    below(client).write(Buffer.concat([frame(TEXT, 1, false), ...Array(1000).fill(frame(CONTINUATION, 1, false))]));
    expect(await isClosedWhile(client, frame(PONG, 0), 50)).toBe(true);
  });

  it.each([
    ['pings', PING],
    ['pongs', PONG],
  ])('closes a socket that sends thousands of %s a second', async (_, opcode) => {
    const { url } = await lane.start();
    const client = await lane.connect(url);
    expect(await isClosedWhile(client, Buffer.concat(Array(20).fill(frame(opcode, 0))))).toBe(true);
  });

  // `ws` waits 30 s for the close frame of the client, and parses everything meanwhile.
  it('disconnects a flooding client that does not answer the close frame', async () => {
    const { url } = await lane.start({ frames: { perSecond: 1, burst: 5 } });
    const client = await lane.connect(url);
    below(client).pause();
    expect(await isClosedWhile(client, Buffer.concat(Array(20).fill(frame(TEXT, 0))), 10)).toBe(true);
  });

  it('ends the subscriptions of clients that subscribe to 300 new topics a second', async () => {
    const clock = new ManualClock();
    const table = {
      subscribeTask: async (_task: unknown, topics: ReadonlyMap<string, number>) =>
        new Map(
          [...topics.keys()].map((t) => [t, { number: 0, writtenAt: clock.now(), expiresAt: clock.now() + 3e7 }]),
        ),
      unsubscribeTask: async () => undefined,
    };
    const task = { id: 'task.0', connectedAt: 0, address: '10.0.0.1:8081', secret: 'secret' };
    const topics = new TaskTopics({ task, table, clock, failed: () => undefined });
    const subscriber = { send: () => undefined, restart: () => undefined };
    for (let second = 0; second < 300; second++) {
      const names = Array.from({ length: 300 }, (_, n) => `${second}-${n}`);
      names.forEach((name) => topics.add(name, subscriber));
      await topics.confirm(names);
      names.forEach((name) => topics.remove(name, subscriber));
      clock.advance(1000);
      await topics.sweep();
    }
    // What lingers for 60 s, and 20 s more.
    expect(topics.size).toBeLessThan(300 * 80);
  });
});
