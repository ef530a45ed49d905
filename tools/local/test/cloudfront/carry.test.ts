import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { carry } from '../../cloudfront/carry';

const TEN_MINUTES_MS = 600_000;

const servers: Server[] = [];

beforeEach(() => {
  // Only the timers of the code: sockets use those of Node.js.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});

afterEach(() => {
  jest.useRealTimers();
  for (const server of servers.splice(0)) {
    server.close();
  }
});

/** @returns the two ends of a connection */
async function pair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await accepted) as [Socket];
  return { near, far };
}

async function carried(): Promise<{ viewer: Socket; origin: Socket; ended: Promise<void> }> {
  const [viewer, origin] = await Promise.all([pair(), pair()]);
  return { viewer: viewer.far, origin: origin.far, ended: carry(viewer.near, origin.near) };
}

async function sent(from: Socket, to: Socket): Promise<void> {
  const arrived = once(to, 'data');
  from.write('x');
  await arrived;
}

test('a WebSocket is closed ten minutes after the last byte from the origin, whatever the viewer sends', async () => {
  const { viewer, origin, ended } = await carried();
  jest.advanceTimersByTime(TEN_MINUTES_MS - 1);
  await sent(origin, viewer);
  jest.advanceTimersByTime(TEN_MINUTES_MS - 1);
  await sent(viewer, origin);
  viewer.resume();
  origin.resume();
  const closed = [once(viewer, 'close'), once(origin, 'close')];
  jest.advanceTimersByTime(1);
  expect(jest.getTimerCount()).toBe(0);
  await Promise.all([...closed, ended]);
});

test('a WebSocket that the viewer closes is closed at the origin', async () => {
  const { viewer, origin, ended } = await carried();
  origin.resume();
  const closed = once(origin, 'close');
  viewer.destroy();
  await Promise.all([closed, ended]);
  expect(jest.getTimerCount()).toBe(0);
});
