import { randomUUID } from 'node:crypto';
import type { ClientEvents } from '../../client';
import { type Position, START } from '../../client/protocol';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { closeClients, Received, newClient, upTo } from './clients';
import { type Row, TableRows } from './table-rows';

jest.setTimeout(60_000);

let runner: StartedRunner;
let rows: TableRows;

beforeAll(async () => {
  runner = await StartedRunner.start(['--app', synthesized((app) => void stageStack('dev', {}, app))]);
  rows = await TableRows.open(runner, 'MessageLog');
});

afterEach(closeClients);

afterAll(async () => {
  rows?.close();
  await runner?.stop();
});

/** Restores the table from a backup, as an operator does. Deletes later items. */
async function restore(backup: readonly Row[]): Promise<void> {
  const keyOf = ({ pk, sk }: Row) => `${pk?.S} ${sk?.S}`;
  const kept = new Set(backup.map(keyOf));
  const later = (await rows.all()).filter((row) => !kept.has(keyOf(row)));
  await Promise.all(later.map((row) => rows.delete(row)));
  await restoreHeads(backup);
}

/** Restores the head of every topic in a new epoch. Later messages remain in the table. */
async function restoreHeads(backup: readonly Row[]): Promise<void> {
  const heads = backup.filter(({ sk }) => sk?.S === 'HEAD');
  await Promise.all(heads.map((head) => rows.put({ ...head, epoch: { S: randomUUID() } })));
}

/** Subscribes to a topic from its first message or after a position, and records messages and recoveries. */
function reader(topic: string, after: Position = START) {
  const client = newClient(runner);
  const received = new Received();
  const recoveries: ClientEvents['recovered'][] = [];
  client.on('recovered', (event) => recoveries.push(event));
  const subscription = client.subscribe(topic, received.handler, { after });
  return { client, received, recoveries, subscription };
}

/** Publishes messages. @returns the position of the last one */
async function publish(topic: string, count: number): Promise<Position> {
  const client = newClient(runner);
  let last: Position = START;
  for (let message = 0; message < count; message += 1) {
    last = await client.publish(topic, message);
  }
  return { epoch: last.epoch, sequence: last.sequence };
}

/** Waits for the last message. Expects exactly one failed recovery, and all messages after it. */
async function expectOneFailedRecovery(
  { client, received, recoveries, subscription }: ReturnType<typeof reader>,
  last: Position,
): Promise<void> {
  while (subscription.position?.epoch !== last.epoch || subscription.position.sequence < last.sequence) {
    await Promise.race([received.next(), new Promise((resolve) => client.on('recovered', resolve))]);
  }
  const handled = received.messages.filter(({ epoch }) => epoch === last.epoch).map(({ sequence }) => sequence);
  expect(recoveries).toEqual([
    { topic: expect.any(String), recovered: false, epoch: last.epoch, sequence: expect.any(Number) },
  ]);
  const from = recoveries[0]?.sequence ?? 0;
  expect(handled).toEqual(Array.from({ length: last.sequence - from }, (_, index) => from + 1 + index));
}

test('after a restore, a client ahead of, at or behind the log reports one failed recovery and continues', async () => {
  const [topic, untouched] = [`restored:${randomUUID()}`, `untouched:${randomUUID()}`];
  const [ahead, level] = [reader(topic), reader(untouched)];
  await publish(topic, 3);
  await publish(untouched, 1);
  const backup = await rows.all();
  await publish(topic, 2);
  expect(await ahead.received.until(5)).toEqual(upTo(5));
  expect(await level.received.until(1)).toEqual([1]);
  const away = { epoch: ahead.subscription.position?.epoch ?? '', sequence: 2 };
  ahead.recoveries.length = 0;
  level.recoveries.length = 0;

  await restore(backup);
  const behind = reader(topic, away);
  // Clients notice the restore by a push, so each topic gets one message first, and then messages that must all arrive.
  await publish(topic, 1);
  await publish(untouched, 1);
  const [last, lastUntouched] = [await publish(topic, 3), await publish(untouched, 3)];
  expect([last.sequence, lastUntouched.sequence]).toEqual([7, 5]);
  await expectOneFailedRecovery(ahead, last);
  await expectOneFailedRecovery(behind, last);
  await expectOneFailedRecovery(level, lastUntouched);
});

test('messages after a restored head are not delivered and do not block new messages', async () => {
  const topic = `skewed:${randomUUID()}`;
  const ahead = reader(topic);
  await publish(topic, 2);
  const backup = await rows.all();
  await publish(topic, 2);
  await ahead.received.until(4);
  ahead.recoveries.length = 0;

  await restoreHeads(backup);
  await expectOneFailedRecovery(ahead, await publish(topic, 2));
});
