import { randomUUID } from 'node:crypto';
import type { ClientEvents } from '../../client';
import { type Position, START } from '../../lambda/realtime/protocol';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { closeClients, Heard, newClient, upTo } from './clients';
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

/** Puts the table back to what it was, as an operator does: what came later goes. */
async function restore(backup: readonly Row[]): Promise<void> {
  const keyOf = ({ pk, sk }: Row) => `${pk?.S} ${sk?.S}`;
  const kept = new Set(backup.map(keyOf));
  const later = (await rows.all()).filter((row) => !kept.has(keyOf(row)));
  await Promise.all(later.map((row) => rows.delete(row)));
  await restoreHeads(backup);
}

/** Puts every topic back to where it stood, in a new epoch; what came later is left in the table. */
async function restoreHeads(backup: readonly Row[]): Promise<void> {
  const heads = backup.filter(({ sk }) => sk?.S === 'HEAD');
  await Promise.all(heads.map((head) => rows.put({ ...head, epoch: { S: randomUUID() } })));
}

/** Handles a topic from its first message, or from after a position, and keeps what it is told. */
function reader(topic: string, after: Position = START) {
  const client = newClient(runner);
  const heard = new Heard();
  const told: ClientEvents['recovered'][] = [];
  client.on('recovered', (event) => told.push(event));
  const subscription = client.subscribe(topic, heard.handler, { after });
  return { client, heard, told, subscription };
}

/** @returns the position of the last of so many messages */
async function publish(topic: string, count: number): Promise<Position> {
  const client = newClient(runner);
  let last: Position = START;
  for (let message = 0; message < count; message += 1) {
    last = await client.publish(topic, message);
  }
  return { epoch: last.epoch, sequence: last.sequence };
}

/** Waits for the last message, and expects that the reader was told once, and has missed nothing after that. */
async function expectToldOnce(
  { client, heard, told, subscription }: ReturnType<typeof reader>,
  last: Position,
): Promise<void> {
  while (subscription.position?.epoch !== last.epoch || subscription.position.sequence < last.sequence) {
    await Promise.race([heard.next(), new Promise((resolve) => client.on('recovered', resolve))]);
  }
  const handled = heard.messages.filter(({ epoch }) => epoch === last.epoch).map(({ sequence }) => sequence);
  expect(told).toEqual([
    { topic: expect.any(String), recovered: false, epoch: last.epoch, sequence: expect.any(Number) },
  ]);
  const from = told[0]?.sequence ?? 0;
  expect(handled).toEqual(Array.from({ length: last.sequence - from }, (_, index) => from + 1 + index));
}

test('whoever knew more, as much or less than the restored log is told so once, and goes on', async () => {
  const [topic, untouched] = [`restored:${randomUUID()}`, `untouched:${randomUUID()}`];
  const [ahead, level] = [reader(topic), reader(untouched)];
  await publish(topic, 3);
  await publish(untouched, 1);
  const backup = await rows.all();
  await publish(topic, 2);
  expect(await ahead.heard.until(5)).toEqual(upTo(5));
  expect(await level.heard.until(1)).toEqual([1]);
  const away = { epoch: ahead.subscription.position?.epoch ?? '', sequence: 2 };
  ahead.told.length = 0;
  level.told.length = 0;

  await restore(backup);
  const behind = reader(topic, away);
  // A message each, for a push is the first that they hear of it; then some that they must not miss.
  await publish(topic, 1);
  await publish(untouched, 1);
  const [last, lastUntouched] = [await publish(topic, 3), await publish(untouched, 3)];
  expect([last.sequence, lastUntouched.sequence]).toEqual([7, 5]);
  await expectToldOnce(ahead, last);
  await expectToldOnce(behind, last);
  await expectToldOnce(level, lastUntouched);
});

test('messages of before that are in the way of a restored head are neither seen nor in the way', async () => {
  const topic = `skewed:${randomUUID()}`;
  const ahead = reader(topic);
  await publish(topic, 2);
  const backup = await rows.all();
  await publish(topic, 2);
  await ahead.heard.until(4);
  ahead.told.length = 0;

  await restoreHeads(backup);
  await expectToldOnce(ahead, await publish(topic, 2));
});
