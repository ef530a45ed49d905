import { setTimeout as delay } from 'node:timers/promises';
import { LaneOfTasks } from './lane-of-tasks';

let lane: LaneOfTasks;

beforeEach(() => {
  lane = new LaneOfTasks();
});

afterEach(() => lane.stop());

test('a message is delivered to the subscribed sockets of two tasks, with one post to each', async () => {
  const [first, second] = [await lane.start(), await lane.start()];
  const posts = jest.spyOn(lane.posts, 'post');
  const clients = await Promise.all([first, first, second].map(({ url }) => lane.connect(url)));
  for (const client of clients) {
    expect(await client.ask({ action: 'subscribe', topic: 'room' })).toMatchObject({ type: 'subscribed', sequence: 0 });
  }
  const other = await lane.connect(first.url);
  await lane.publish('room', 1);
  await Promise.all(clients.map((client) => client.receives(({ type }) => type === 'message')));
  expect(clients.map(({ data }) => data)).toEqual([[1], [1], [1]]);
  expect(posts).toHaveBeenCalledTimes(2);
  await other.ask({ action: 'ping' });
  expect(other.data).toEqual([]);
});

test('a subject that is logged out is disconnected by the id of its connection, and its slot is free again', async () => {
  const { url } = await lane.start();
  const principal = lane.newPrincipal();
  const client = await lane.connect(url, principal);
  const [connection] = await lane.table.connectionsOf(principal);
  expect(await lane.posts.close(connection?.id ?? '')).toBe('closed');
  expect(await client.closed).toBe(1000);
  for (let open = 1; open > 0;) {
    open = (await lane.table.connectionsOf(principal)).length;
  }
});

test('presence counts the sockets of all tasks', async () => {
  const [first, second] = [await lane.start(), await lane.start()];
  const clients = await Promise.all([first, first, second].map(({ url }) => lane.connect(url)));
  for (const client of clients) {
    await client.ask({ action: 'subscribe', topic: 'room' });
  }
  for (let subscribers = 0; subscribers < 3;) {
    // The other task writes its number within a second.
    await delay(100);
    const answer = await clients[2]?.ask({ action: 'presence', topic: 'room' });
    subscribers = answer?.type === 'presence' ? answer.subscribers : 0;
  }
});

test('a task that is drained closes its sockets with 1001, and is gone', async () => {
  const { task, url } = await lane.start();
  const client = await lane.connect(url);
  await client.ask({ action: 'subscribe', topic: 'room' });
  expect(await task.drain()).toBe(0);
  expect(await client.closed).toBe(1001);
  expect(await lane.table.shards(['acme/room'])).toHaveLength(1);
  await lane.publish('room', 1);
});
