import { AdmissionTable } from '../../../lambda/adapters/admission-table';
import { DynamoConnectionOpener } from '../../../lambda/adapters/connection-opener';
import { ConnectionTable } from '../../../lambda/adapters/connection-table';
import { Table } from '../../../lambda/adapters/table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { ALL_TOPIC_SCOPES } from '../../../lambda/realtime/scopes';
import { ticketFor } from '../../../lambda/realtime/tickets';
import { VirtualTime } from '../../client/virtual-time';
import { Random } from '../../simulation/random';
import { cancelled, MemoryDynamoDB } from '../../support/memory/dynamodb';
import { ORIGIN } from '../lanes';

interface Transaction {
  TransactItems: Record<string, { TableName: string; Key?: object; Item?: Record<string, unknown> }>[];
}

/** A subject with a number of slots, on tables whose transactions take 8 to 16 ms and meanwhile refuse others of the same items. */
function subjectWith(slots: number) {
  const random = new Random(1);
  const time = new VirtualTime(() => random.next());
  const dynamo = new MemoryDynamoDB({ tables: ['connections', 'admission'], now: time.now });
  const busy = new Set<string>();
  const caller: OperationCaller = {
    async call<Answer>(operation: string, input: object) {
      await time.wait(3 + 3 * random.next());
      if (operation !== 'TransactWriteItems') {
        return dynamo.call<Answer>(operation, input);
      }
      const items = (input as Transaction).TransactItems.flatMap(Object.values).map(({ TableName, Key, Item }) =>
        JSON.stringify([TableName, Key ?? { pk: Item?.pk, sk: Item?.sk }]),
      );
      if (items.some((item) => busy.has(item))) {
        throw cancelled(items.map((item) => ({ Code: busy.has(item) ? 'TransactionConflict' : 'None' })));
      }
      items.forEach((item) => busy.add(item));
      await time.wait(8 + 8 * random.next());
      items.forEach((item) => busy.delete(item));
      return dynamo.call<Answer>(operation, input);
    },
  };
  const table = new Table(caller, 'admission', time);
  const connections = new ConnectionTable(new Table(caller, 'connections', time), time);
  const opener = new DynamoConnectionOpener({
    connections,
    admission: { table, name: 'admission' },
    connectionsPerSubject: slots,
    frames: { perSecond: 10, burst: 200 },
    clock: time,
  });
  const admission = new AdmissionTable(table, time, { perSecond: 100, burst: 200 });
  const seconds = time.now() / 1000;
  const principal = {
    subject: 'alice',
    tenant: 'acme',
    scopes: ALL_TOPIC_SCOPES,
    issuedAt: seconds,
    expiresAt: seconds + 3600,
  };
  let count = 0;
  const mint = async () => {
    const hash = `hash${(count += 1)}`;
    await admission.mint(hash, ticketFor(principal, ORIGIN, time.now()));
    return hash;
  };
  /** Opens connections at the same moment, with tickets that were issued before. @returns their outcomes */
  const openAll = async (number: number) => {
    const hashes: string[] = [];
    for (let index = 0; index < number; index++) {
      const minted = mint();
      await time.pass(50);
      hashes.push(await minted);
    }
    const all = hashes.map((hash) => opener.open({ id: `c${hash}`, connectedAt: time.now() }, hash, [ORIGIN]));
    const settled = Promise.allSettled(all);
    await time.pass(10_000);
    return (await settled).map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason));
  };
  const idsOf = async () => {
    const found = connections.connectionsOf(principal);
    await time.pass(100);
    return (await found).map(({ id }) => id);
  };
  return { time, openAll, idsOf };
}

it.each([20, 100])(
  'a subject whose %s connections all broke can open as many again at the same moment',
  async (slots) => {
    const { time, openAll } = subjectWith(slots);
    await openAll(slots);
    await time.pass(60_000);
    expect((await openAll(slots)).filter((outcome) => outcome !== 'unauthorized')).toHaveLength(slots);
  },
);

it('a connection that has missed its ping is replaced, and not one that is only among the most silent ones', async () => {
  const { time, openAll, idsOf } = subjectWith(20);
  await openAll(1);
  await time.pass(5 * 60_000);
  await openAll(19);
  await openAll(1);
  const ids = await idsOf();
  expect(ids).toHaveLength(20);
  expect(ids).not.toContain('chash1');
});
