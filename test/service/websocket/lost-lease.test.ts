import { setTimeout as delay } from 'node:timers/promises';
import { ServiceException } from '../../../lambda/aws/service-exception';
import { taskOf } from '../../../lambda/realtime/task-id';
import type { WebSocketTask } from '../../../service/websocket/websocket-task';
import { LaneOfTasks } from './lane-of-tasks';

let lane: LaneOfTasks;

beforeEach(() => {
  lane = new LaneOfTasks();
});

afterEach(() => lane.stop());

/** Fails all writes of leases. */
function failLeases(): void {
  lane.before = async (operation, input) => {
    const { Item } = input as { Item?: { address?: unknown } };
    if (operation === 'PutItem' && Item?.address) {
      throw new ServiceException('InternalServerError', 'made up', 500, {});
    }
  };
}

/** Resolves when a task has lost its lease. It has no open socket then. */
async function lostBy(task: WebSocketTask): Promise<void> {
  while (!lane.lines.some(({ event }) => event === 'lease_lost')) {
    await delay(20);
  }
  expect(task.size).toBe(0);
}

/** Connects as soon as a task accepts it. */
async function connectAgain(url: string, principal = lane.newPrincipal()) {
  for (;;) {
    const client = await lane.connect(url, principal).catch(() => undefined);
    if (client) {
      return client;
    }
    await delay(20);
  }
}

test('a task that cannot renew its lease closes all sockets with 1001 before it ends, and serves again under another id', async () => {
  const { task, url } = await lane.start();
  const principals = Array.from({ length: 3 }, () => lane.newPrincipal());
  const clients = await Promise.all(principals.map((principal) => lane.connect(url, principal)));
  const [connection] = await lane.table.connectionsOf(principals[0] ?? lane.newPrincipal());
  const before = taskOf(connection?.id ?? '');
  failLeases();
  // The tasks' clock: the last seconds of the lease begin.
  lane.ahead = 25_000;
  await lostBy(task);
  expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([1001, 1001, 1001]);
  const protocols = await lane.protocolsFor();
  await expect(lane.open(url, protocols)).rejects.toThrow('503');
  expect((await fetch(`${url.replace('ws', 'http')}/health`)).status).toBe(200);
  for (const principal of principals) {
    await lane.hasSlots(principal, 0);
  }

  lane.before = async () => undefined;
  const principal = lane.newPrincipal();
  const client = await connectAgain(url, principal);
  // The refused handshake did not use its ticket.
  await lane.open(url, protocols);
  const [next] = await lane.table.connectionsOf(principal);
  expect(taskOf(next?.id ?? '')).not.toBe(before);
  expect(await lane.table.leaseOf(before)).toBeUndefined();
  expect(await lane.posts.post(before, 'acme/room\n{}')).toBe('gone');
  await client.ask({ action: 'subscribe', topic: 'room' });
  await lane.publish('room', 1);
  await client.receives(({ type }) => type === 'message');
});

test('a task whose process was frozen for longer than its lease does not renew it, because others know that it is gone', async () => {
  const { task, url } = await lane.start();
  const principal = lane.newPrincipal();
  const client = await lane.connect(url, principal);
  const [connection] = await lane.table.connectionsOf(principal);
  lane.ahead = 3_600_000;
  await lostBy(task);
  expect(await client.closed).toBe(1001);
  const next = lane.newPrincipal();
  await connectAgain(url, next);
  const [other] = await lane.table.connectionsOf(next);
  expect(taskOf(other?.id ?? '')).not.toBe(taskOf(connection?.id ?? ''));
});

test('a task that loses its lease while it is drained ends, and takes no other one', async () => {
  const { url, task } = await lane.start({ drainSeconds: 1 });
  const client = await lane.connect(url);
  failLeases();
  lane.ahead = 25_000;

  expect(await task.drain()).toBe(0);
  expect(await client.closed).toBe(1001);
  lane.before = async () => undefined;
  await expect(lane.connect(url)).rejects.toThrow('ECONNREFUSED');
});
