import { taskOf } from '../../../lambda/realtime/task-id';
import type { Task } from '../../../lambda/realtime/ports';
import { LaneOfTasks, type TestClient } from './lane-of-tasks';

let lane: LaneOfTasks;
let client: TestClient;
let task: Task;
let socketId: string;

beforeEach(async () => {
  lane = new LaneOfTasks();
  const { url } = await lane.start();
  const principal = lane.newPrincipal();
  client = await lane.connect(url, principal);
  const [connection] = await lane.table.connectionsOf(principal);
  socketId = connection?.id ?? '';
  task = (await lane.table.leaseOf(taskOf(socketId))) as Task;
});

afterEach(() => lane.stop());

async function request(
  id: string,
  {
    method = 'POST',
    body = method === 'POST' ? '{}' : undefined,
    secret = task.secret,
    path = '/@connections/',
  }: {
    method?: string;
    body?: string;
    secret?: string;
    path?: string;
  } = {},
): Promise<number> {
  const headers = { authorization: `Bearer ${secret}` };
  const url = `http://${task.address}${path}${encodeURIComponent(id)}`;
  const response = await fetch(url, { method, body, headers });
  await response.arrayBuffer();
  return response.status;
}

test('a text for a socket is sent to it, and 410 answers one for a socket that is not open', async () => {
  expect(await request(socketId, { body: '{"type":"made-up"}' })).toBe(200);
  await client.receives(({ type }) => (type as string) === 'made-up');
  expect(await request(taskOf(socketId).replace(/0$/, '99'))).toBe(410);
  expect(await request('another.0')).toBe(410);
});

test('frames for topics are sent only to sockets that are subscribed to them', async () => {
  await client.ask({ action: 'subscribe', topic: 'room' });
  const frame = (data: string) => JSON.stringify({ type: 'made-up', data });
  expect(await request(task.id, { body: `acme/other\n${frame('no')}\nacme/room\n${frame('yes')}` })).toBe(200);
  await client.receives(({ type }) => (type as string) === 'made-up');
  expect(client.frames.filter(({ type }) => (type as string) === 'made-up')).toEqual([
    { type: 'made-up', data: 'yes' },
  ]);
});

test('a deletion closes a socket with 1000, and a second one finds that it is gone', async () => {
  expect(await request(socketId, { method: 'DELETE' })).toBe(200);
  expect(await client.closed).toBe(1000);
  expect(await request(socketId, { method: 'DELETE' })).toBe(410);
});

test.each(['', 'wrong', 'Bearer'])(
  'a request with the secret %j is refused with 401, whatever it is',
  async (secret) => {
    expect(await request(socketId, { secret })).toBe(401);
    expect(await request(task.id, { secret, body: 'acme/room\n{}' })).toBe(401);
    expect(await request(socketId, { secret, method: 'DELETE' })).toBe(401);
    expect(await request('unknown', { secret })).toBe(401);
    await client.ask({ action: 'ping' });
    expect(client.frames).toHaveLength(1);
  },
);

test('a request that is not a post is refused: 400, 404, 405 or 413', async () => {
  expect(await request(task.id, { body: 'one line' })).toBe(400);
  expect(await request(task.id, { path: '/other/' })).toBe(404);
  expect(await request(task.id, { method: 'PUT', body: '{}' })).toBe(405);
  expect(await request(task.id, { body: 'x'.repeat(1024 * 1024 + 1) }).catch(() => 413)).toBe(413);
  await client.ask({ action: 'ping' });
});

test('an id that is not encoded well is refused with 400', async () => {
  const headers = { authorization: `Bearer ${task.secret}` };
  const response = await fetch(`http://${task.address}/@connections/%ff`, { method: 'POST', body: '{}', headers });
  expect(response.status).toBe(400);
});
