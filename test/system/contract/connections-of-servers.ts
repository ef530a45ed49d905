import { setInterval } from 'node:timers/promises';
import { somebody, type Who } from '../caller';
import { Client, newTopic } from '../client';
import type { LocalPlace } from '../place';
import { askTask, taskOf } from '../task-requests';

/** Connections of WebSocket servers: the rows of their tasks in the table, and posts to the tasks. */
export function connectionsOfServers(place: () => LocalPlace): void {
  test('has a slot of its subject, which it releases when it is closed, and no rows of its own', async () => {
    const { client, who, id, taskId, rows } = await connected();
    expect(id).toMatch(/^[\w-]{22}\.[1-9]\d*$/);
    await client.ask({ action: 'subscribe', topic: newTopic() });
    expect([await rows.of(id), await rows.of(taskId)]).toEqual([[], ['CONNECTION']]);
    client.socket.close();
    await slotIsReleased(who);
  });

  test('that breaks without a close frame releases its slot, too', async () => {
    const { client, who } = await connected();
    client.socket.terminate();
    await slotIsReleased(who);
  });

  test('shares the subscription of its task to a topic with the other connections of the task', async () => {
    const topic = newTopic();
    const clients = [await connected(), await connected(), await connected(), await connected()];
    for (const { client } of clients) {
      expect(await client.ask({ action: 'subscribe', topic })).toMatchObject({ type: 'subscribed' });
    }
    const counts = new Map<string, number>();
    for (const { taskId } of clients) {
      counts.set(taskId, (counts.get(taskId) ?? 0) + 1);
    }
    expect(counts.size).toBeLessThan(clients.length);
    const { connections: rows } = place().local;
    // A task writes a changed number about a second later.
    await until(async () => equal(await rows.subscribersOf(topic), counts));
  });

  test('receives a text that is posted to its id, and is closed and releases its slot if its id is deleted', async () => {
    const { client, who, id, rows } = await connected();
    const text = '{"type":"pong"}';
    expect(await askTask(rows, 'POST', id, text)).toBe(200);
    expect(await client.first(({ type }) => type === 'pong')).toEqual(JSON.parse(text));
    expect(await askTask(rows, 'DELETE', id)).toBe(200);
    expect(await client.closed).toBe(1000);
    await slotIsReleased(who);
    expect([await askTask(rows, 'POST', id, text), await askTask(rows, 'DELETE', id)]).toEqual([410, 410]);
  });

  async function connected() {
    const { connections: rows } = place().local;
    const who = somebody();
    const client = await Client.connect(place(), {}, who);
    const [id = ''] = await rows.connectionsOf(who);
    return { client, who, id, taskId: taskOf(id), rows };
  }

  /** Waits until a subject has no connections. The task deletes the slot after the connection has closed. */
  async function slotIsReleased(who: Who): Promise<void> {
    await until(async () => (await place().local.connections.connectionsOf(who)).length === 0);
  }
}

function equal(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}

/** Waits until a condition is met. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  for await (const _ of setInterval(50)) {
    if (await condition()) {
      break;
    }
  }
}
