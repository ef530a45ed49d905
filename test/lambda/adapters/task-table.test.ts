import { AdmissionTable } from '../../../lambda/adapters/admission-table';
import { DynamoConnectionOpener } from '../../../lambda/adapters/connection-opener';
import type { ShardPlans } from '../../../lambda/adapters/shard-plans';
import { Table } from '../../../lambda/adapters/table';
import { TaskTable } from '../../../lambda/adapters/task-table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { ServiceException } from '../../../lambda/aws/service-exception';
import type { Connection, Task, TaskSubscription } from '../../../lambda/realtime/ports';
import { Unavailable } from '../../../lambda/realtime/ports';
import { SUBSCRIPTION_LIFETIME } from '../../../lambda/realtime/sharding';
import { ticketFor } from '../../../lambda/realtime/tickets';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../../support/embedded/dynamodb';
import { ManualClock } from '../../support/memory/clock';
import { MemoryDynamoDB } from '../../support/memory/dynamodb';

const LEASE = 30_000;
const HOUR = 3_600_000;
const NONE: ReadonlyMap<string, TaskSubscription> = new Map();

describe('on in-memory DynamoDB,', () => {
  describeTaskTable(() => new MemoryDynamoDB({ tables: ['connections', 'admission'] }));

  it('a table that fails for one topic of several reports it after all writes have ended', async () => {
    const dynamo = new MemoryDynamoDB({ tables: ['connections', 'admission'] });
    const ended: string[] = [];
    const { table, task } = setUp({
      async call(operation, input) {
        const { Item } = input as { Item?: { pk: { S: string } } };
        if (operation === 'PutItem' && Item?.pk.S === 'TOPIC#bad#0') {
          throw new ServiceException('ValidationException', 'made up', 400, {});
        }
        await new Promise(setImmediate);
        const answer = await dynamo.call<never>(operation, input);
        ended.push(`${operation} ${Item?.pk.S}`);
        return answer;
      },
    });
    const counts = new Map(['a', 'bad', 'b'].map((topic) => [topic, 1]));
    await expect(table.subscribeTask(task, counts, NONE)).rejects.toThrow('made up');
    expect(ended).toEqual(expect.arrayContaining(['PutItem TOPIC#a#0', 'PutItem TOPIC#b#0']));
  });

  it('a topic that is throttled is not written, and others are', async () => {
    const dynamo = new MemoryDynamoDB({ tables: ['connections', 'admission'] });
    const { table, task } = setUp({
      async call(operation, input) {
        if (operation === 'PutItem' && JSON.stringify(input).includes('TOPIC#busy#')) {
          throw new ServiceException('ThrottlingException', 'slow down', 400, {});
        }
        return dynamo.call<never>(operation, input);
      },
    });
    const written = await table.subscribeTask(
      task,
      new Map([
        ['busy', 1],
        ['free', 1],
      ]),
      NONE,
    );
    expect([...written.keys()]).toEqual(['free']);
  });

  it('a lease that the table cannot store is not renewed', async () => {
    const { table, task, clock } = setUp({
      call: () => Promise.reject(new ServiceException('InternalServerError', 'down', 500, {})),
    });
    await expect(table.renewLease(task, clock.now() + LEASE)).rejects.toThrow(Unavailable);
    await expect(table.leaseOf(task.id)).rejects.toThrow(Unavailable);
  });
});

describe('on the embedded DynamoDB,', () => {
  let dynamo: EmbeddedDynamoDB;
  beforeAll(async () => {
    dynamo = await embeddedDynamoDB('connections', 'admission');
  });
  afterAll(() => dynamo.close());
  describeTaskTable(() => dynamo.client);
});

let count = 0;

function setUp(caller: OperationCaller) {
  count += 1;
  const run = count;
  const clock = new ManualClock();
  const table = new TaskTable(new Table(caller, 'connections', clock), clock);
  const taskNamed = (name: string): Task => ({
    id: `${name}${run}.0`,
    connectedAt: clock.now(),
    address: '10.0.1.23:8081',
    secret: `secret of ${name}`,
  });
  const task = taskNamed('task');
  const topic = `acme/room${run}`;
  const subscribersOf = async (name = topic) => {
    const shards = await table.shards([name]);
    const read = await Promise.all(shards.map((shard) => table.subscribers(shard)));
    return read.flatMap(({ connections }) => connections);
  };
  const subscribe = async (to: Task, sockets: number, before = NONE) => {
    const written = await table.subscribeTask(to, new Map([[topic, sockets]]), before);
    return written.get(topic) as TaskSubscription;
  };
  return { clock, table, task, taskNamed, topic, subscribersOf, subscribe, run };
}

/** Behavior of the table, whatever the database is. Each test uses its own tasks, topics and subjects. */
function describeTaskTable(callerOf: () => OperationCaller): void {
  describe('a lease', () => {
    it('has the address and the secret of its task, until 5 seconds after its end', async () => {
      const { clock, table, task } = setUp(callerOf());
      expect(await table.leaseOf(task.id)).toBeUndefined();
      await table.renewLease(task, clock.now() + LEASE);
      clock.advance(LEASE + 4999);
      expect(await table.leaseOf(task.id)).toEqual(task);
      clock.advance(1);
      expect(await table.leaseOf(task.id)).toBeUndefined();
    });

    it('that its task may have renewed while the function that reads it was frozen counts as held', async () => {
      const caller = callerOf();
      let frozen = 0;
      const { clock, table, task } = setUp({
        async call<Answer>(operation: string, input: object) {
          const answer = await caller.call<Answer>(operation, input);
          clock.advance(frozen);
          return answer;
        },
      });
      await table.renewLease(task, clock.now() + LEASE);
      frozen = LEASE + 5000;
      expect(await table.leaseOf(task.id)).toEqual(task);
      expect(await table.leaseOf(task.id)).toBeUndefined();
    });

    it('is longer after its renewal, and is gone when it is ended, also twice', async () => {
      const { clock, table, task } = setUp(callerOf());
      await table.renewLease(task, clock.now() + LEASE);
      clock.advance(10_000);
      await table.renewLease(task, clock.now() + LEASE);
      clock.advance(LEASE);
      expect(await table.leaseOf(task.id)).toEqual(task);
      await table.endLease(task);
      expect(await table.leaseOf(task.id)).toBeUndefined();
      await table.endLease(task);
    });
  });

  describe('a subscription of a task', () => {
    it('makes the task a subscriber without an end of its authorization, once for all of its sockets', async () => {
      const { clock, task, subscribersOf, subscribe } = setUp(callerOf());
      const written = await subscribe(task, 3);
      expect(written).toEqual({ number: 0, writtenAt: clock.now(), expiresAt: clock.now() + SUBSCRIPTION_LIFETIME });
      expect(await subscribersOf()).toEqual([{ id: task.id, connectedAt: clock.now() }]);
    });

    it('exists for 2 hours and 10 minutes, and longer if it is renewed', async () => {
      const { clock, topic, task, subscribersOf, subscribe } = setUp(callerOf());
      let last = await subscribe(task, 1);
      for (let hour = 0; hour < 5; hour++) {
        clock.advance(HOUR);
        last = await subscribe(task, 1, new Map([[topic, last]]));
      }
      clock.advance(SUBSCRIPTION_LIFETIME - 1000);
      expect(await subscribersOf()).toHaveLength(1);
      clock.advance(1000);
      expect(await subscribersOf()).toEqual([]);
    });

    it('ends by a deletion, but not by the late deletion of an earlier one', async () => {
      const { table, topic, task, subscribersOf, subscribe } = setUp(callerOf());
      const first = await subscribe(task, 1);
      // In the same millisecond.
      const second = await subscribe(task, 1, new Map([[topic, first]]));
      expect(second.writtenAt).toBeGreaterThan(first.writtenAt);
      await table.unsubscribeTask(task, topic, first);
      expect(await subscribersOf()).toHaveLength(1);
      await table.unsubscribeTask(task, topic, second);
      expect(await subscribersOf()).toEqual([]);
      await table.unsubscribeTask(task, topic, second);
    });

    it('moves to the newest shards of its topic when it is renewed, and is listed once', async () => {
      const { clock, table, topic, task, subscribersOf, subscribe } = setUp(callerOf());
      const first = await subscribe(task, 1);
      const { plans } = table as unknown as { plans: ShardPlans };
      const plan = (await plans.read([topic])).get(topic);
      if (!plan) {
        throw new Error('the topic has no plan');
      }
      await plans.resize(topic, plan, 1000);
      const second = await subscribe(task, 1, new Map([[topic, first]]));
      expect(second.number).toBeGreaterThan(first.number);
      expect(await subscribersOf()).toEqual([{ id: task.id, connectedAt: second.writtenAt }]);
      clock.advance(1000);
      const third = await subscribe(task, 1, new Map([[topic, second]]));
      expect(third.number).toBe(second.number);
      expect(await subscribersOf()).toHaveLength(1);
    });

    it('can be one of 100 that are written together', async () => {
      const { table, task, topic, subscribersOf } = setUp(callerOf());
      const names = Array.from({ length: 100 }, (_, index) => `${topic}.${index}`);
      const written = await table.subscribeTask(task, new Map(names.map((name) => [name, 1])), NONE);
      expect([...written.keys()].sort()).toEqual(names.sort());
      expect(await subscribersOf(names[42])).toHaveLength(1);
    });
  });

  describe('the presence of a topic', () => {
    it('counts the sockets of all tasks that hold their lease', async () => {
      const { clock, table, topic, taskNamed, subscribe } = setUp(callerOf());
      expect(await table.presence(topic)).toEqual({ subscribers: 0, exact: true });
      const [first, second, unleased] = [taskNamed('first'), taskNamed('second'), taskNamed('unleased')];
      await table.renewLease(first, clock.now() + LEASE);
      await table.renewLease(second, clock.now() + 2 * LEASE);
      await subscribe(first, 3);
      await subscribe(second, 4);
      await subscribe(unleased, 100);
      expect(await table.presence(topic)).toEqual({ subscribers: 7, exact: true });
      clock.advance(LEASE + 5000);
      expect(await table.presence(topic)).toEqual({ subscribers: 4, exact: true });
    });
  });

  describe('a slot of a subject', () => {
    it('is taken by the socket that a ticket opens, and is free after its release', async () => {
      const { table, open, principal } = await subject(callerOf());
      const { connection, opened } = await open();
      expect(await table.connectionsOf(principal)).toEqual([{ ...connection, issuedAt: principal.issuedAt }]);
      await table.releaseSlot(connection, opened);
      expect(await table.connectionsOf(principal)).toEqual([]);
      await table.releaseSlot(connection, opened);
    });

    it('has no other rows for its socket', async () => {
      const { table, open } = await subject(callerOf());
      const { connection } = await open();
      const rows = (table as unknown as { table: Table }).table.pages(
        { expression: 'pk = :pk', values: { ':pk': `CONNECTION#${connection.id}` } },
        { expression: 'connectedAt > :zero', values: { ':zero': 0 } },
      );
      for await (const page of rows) {
        expect(page).toEqual([]);
      }
    });

    it('goes from the oldest socket to a further one, whose slot the late release of the oldest does not free', async () => {
      const { clock, table, open, principal, closed } = await subject(callerOf());
      const [oldest, second, third] = [
        await open(),
        (clock.advance(10), await open()),
        (clock.advance(10), await open()),
      ];
      clock.advance(10);
      const last = await open();
      const ids = async () => (await table.connectionsOf(principal)).map(({ id }) => id).sort();
      const expected = [second, third, last].map(({ connection }) => connection.id).sort();
      expect(await ids()).toEqual(expected);
      expect(await closed(oldest.connection)).toBe(true);
      await table.releaseSlot(oldest.connection, oldest.opened);
      expect(await ids()).toEqual(expected);
    });

    it('of a task whose lease has ended is taken over first, whatever the age of the socket', async () => {
      const { clock, table, open, principal, task, otherTask } = await subject(callerOf());
      const kept = [await open(task), await open(task)];
      clock.advance(20_000);
      await table.renewLease(task, clock.now() + LEASE);
      await table.renewLease(otherTask, clock.now() - 10_000);
      const lost = await open(otherTask);
      const next = await open(task);
      const ids = (await table.connectionsOf(principal)).map(({ id }) => id);
      expect(ids).not.toContain(lost.connection.id);
      expect(ids.sort()).toEqual([...kept, next].map(({ connection }) => connection.id).sort());
    });

    it('is not changed by the removal of its connection, because its task releases it', async () => {
      const { table, open, principal } = await subject(callerOf());
      const { connection } = await open();
      await table.disconnect();
      await table.forget();
      expect((await table.connectionsOf(principal)).map(({ id }) => id)).toEqual([connection.id]);
    });
  });
}

/** A subject with 3 slots, whose sockets are on two tasks. */
async function subject(caller: OperationCaller) {
  const { clock, table, task, taskNamed, run } = setUp(caller);
  const otherTask = taskNamed('other');
  await table.renewLease(task, clock.now() + LEASE);
  await table.renewLease(otherTask, clock.now() + LEASE);
  const admissionTable = new Table(caller, 'admission', clock);
  const admission = new AdmissionTable(admissionTable, clock, { perSecond: 10, burst: 5 });
  const opener = new DynamoConnectionOpener({
    connections: table,
    admission: { table: admissionTable, name: 'admission' },
    connectionsPerSubject: 3,
    frames: { perSecond: 10, burst: 5 },
    clock,
  });
  const seconds = Math.floor(clock.now() / 1000);
  const principal = {
    subject: `alice${run}`,
    tenant: 'acme',
    scopes: ['topics:read' as const],
    issuedAt: seconds - 60,
    expiresAt: seconds + 3600,
  };
  let sockets = 0;
  const open = async (on = task) => {
    sockets += 1;
    const hash = `hash${process.pid}.${run}.${sockets}`;
    await admission.mint(hash, ticketFor(principal, '', clock.now()));
    const connection: Connection = { id: on.id.replace(/0$/, String(sockets)), connectedAt: clock.now() };
    const opened = await opener.open(connection, hash, ['']);
    if (opened === 'unauthorized') {
      throw new Error('the ticket is good');
    }
    return { connection, opened };
  };
  const closed = async ({ id }: Connection) =>
    (await admissionTable.get({ pk: `CONNECTION#${id}`, sk: 'CLOSING' })) !== undefined;
  return { clock, table, task, otherTask, principal, open, closed };
}
