import { setTimeout as delay } from 'node:timers/promises';
import { LaneOfTasks, type TestClient } from './lane-of-tasks';

let lane: LaneOfTasks;

beforeEach(() => {
  lane = new LaneOfTasks();
});

afterEach(() => lane.stop());

test('a drain spreads the closes over its time, and delivers messages meanwhile', async () => {
  const { task, url } = await lane.start({ drainSeconds: 2 });
  const clients: TestClient[] = [];
  for (let client = 0; client < 30; client++) {
    clients.push(await lane.connect(url));
  }
  await Promise.all(clients.map((client) => client.ask({ action: 'subscribe', topic: 'room' })));
  const drained = task.drain();
  await Promise.race(clients.map(({ closed }) => closed));
  await lane.publish('room', 1);
  expect(await drained).toBe(0);
  expect(new Set(await Promise.all(clients.map(({ closed }) => closed)))).toEqual(new Set([1001]));
  expect(clients.filter(({ data }) => data.length > 0).length).toBeGreaterThan(0);
});

test('a drained task has released the slots of its sockets, its subscriptions and its lease', async () => {
  const { task, url } = await lane.start({ drainSeconds: 0.1 });
  const principals = Array.from({ length: 5 }, () => lane.newPrincipal());
  const clients = await Promise.all(principals.map((principal) => lane.connect(url, principal)));
  await Promise.all(clients.map((client) => client.ask({ action: 'subscribe', topic: 'room' })));
  const [connection] = await lane.table.connectionsOf(principals[0] ?? lane.newPrincipal());
  lane.before = async (operation, input) => {
    if (operation === 'DeleteItem' && JSON.stringify(input).includes('SLOT#')) {
      await delay(300);
    }
  };
  expect(await task.drain()).toBe(0);
  const slots = await Promise.all(principals.map((principal) => lane.table.connectionsOf(principal)));
  expect(slots.flat()).toEqual([]);
  const shards = await lane.table.shards(['acme/room']);
  const rows = await Promise.all(shards.map((shard) => lane.table.subscribers(shard)));
  expect(rows.flatMap(({ connections }) => connections)).toEqual([]);
  expect(await lane.posts.post(connection?.id ?? '', 'text')).toBe('gone');
});

test('a drain without sockets ends at once', async () => {
  const { task, url } = await lane.start({ drainSeconds: 100 });
  expect(await task.drain()).toBe(0);
  await expect(lane.connect(url)).rejects.toThrow('ECONNREFUSED');
});

test('a task that fails to write its subscriptions, slots and lease ends its drain all the same', async () => {
  const { task, url } = await lane.start({ drainSeconds: 0.1 });
  const client = await lane.connect(url);
  await client.ask({ action: 'subscribe', topic: 'room' });
  lane.before = async (operation) => {
    if (operation === 'DeleteItem') {
      await new Promise(() => undefined);
    }
  };
  expect(await task.drain()).toBe(0);
  expect(await client.closed).toBe(1001);
});
