import { createHandler } from '../../lambda/revoke';
import { SubscriptionTable } from '../../lambda/adapters/subscription-table';
import { Table } from '../../lambda/adapters/table';
import { VirtualTime } from '../client/virtual-time';
import { cancelled, MemoryDynamoDB } from '../support/memory/dynamodb';
import { FULL_TIME, lanes } from './lanes';

function setUp() {
  const lane = lanes();
  const { connections, management, deadLetters, clock, logger, streamOf } = lane;
  const handler = createHandler({
    ...{ connections, connectionCloser: management, outbox: management, deadLetters, clock, logger },
  });
  const revoke = (context = FULL_TIME) => handler({ Records: streamOf('admission', 'REVOCATION', 'CLOSING') }, context);
  return { ...lane, handler, revoke };
}

test('a logout closes the connections of its subject, and no others', async () => {
  const { revoke, opened, newPrincipal, admission, connections, gateway, lines } = setUp();
  const [principal, other] = [newPrincipal(), newPrincipal()];
  const [mine, others] = [await opened(principal), await opened(other)];
  await admission.revoke(principal);
  expect(await revoke()).toEqual({ batchItemFailures: [] });
  expect(gateway.closed).toEqual([mine.id]);
  expect(await connections.accept(mine)).toBe('not_connected');
  expect(await connections.accept(others)).toMatchObject({ subject: other.subject });
  expect(lines).toEqual([{ event: 'revoked', records: 1, closed: 1 }]);
});

test('a connection that is marked for closing is closed', async () => {
  const { revoke, opened, newPrincipal, admission, gateway, connections } = setUp();
  const connection = await opened(newPrincipal());
  await admission.close(connection);
  expect(await revoke()).toEqual({ batchItemFailures: [] });
  expect(gateway.closed).toEqual([connection.id]);
  expect(await connections.accept(connection)).toBe('not_connected');
});

test('the records of a connection that is already closed are deleted', async () => {
  const { revoke, opened, newPrincipal, admission, gateway, connections } = setUp();
  const principal = newPrincipal();
  const connection = await opened(principal);
  gateway.statuses.set(connection.id, 410);
  await admission.revoke(principal);
  expect(await revoke()).toEqual({ batchItemFailures: [] });
  expect(await connections.accept(connection)).toBe('not_connected');
});

test('a logout that fails for now is reported as failed, so that the stream retries from there', async () => {
  const { revoke, opened, newPrincipal, admission, gateway, streamOf, lines, deadLetters } = setUp();
  const [failing, other] = [newPrincipal(), newPrincipal()];
  const connection = await opened(failing);
  const others = await opened(other);
  gateway.statuses.set(connection.id, 429);
  await admission.revoke(failing);
  await admission.revoke(other);
  const [first] = streamOf('admission', 'REVOCATION');
  expect(await revoke()).toEqual({ batchItemFailures: [{ itemIdentifier: first?.dynamodb?.SequenceNumber }] });
  expect(new Set(gateway.closed)).toEqual(new Set([connection.id, others.id]));
  expect(deadLetters.letters).toEqual([]);
  expect(lines).toEqual([
    expect.objectContaining({ event: 'revoke_failed', failed: 1, error: 'Unavailable' }),
    { event: 'revoked', records: 2, closed: 1 },
  ]);
});

test('a logout that fails for good goes to the dead-letter queue at once, and the stream continues', async () => {
  const { revoke, opened, newPrincipal, admission, gateway, streamOf, lines, deadLetters } = setUp();
  const [failing, other] = [newPrincipal(), newPrincipal()];
  const connection = await opened(failing);
  const others = await opened(other);
  gateway.statuses.set(connection.id, 403);
  await admission.revoke(failing);
  await admission.revoke(other);
  const [first] = streamOf('admission', 'REVOCATION');
  expect(await revoke()).toEqual({ batchItemFailures: [] });
  expect(gateway.closed).toEqual([connection.id, others.id]);
  expect(deadLetters.letters.map((letter) => JSON.parse(letter))).toEqual([first]);
  expect(lines).toEqual([
    expect.objectContaining({ event: 'revoke_failed', failed: 1 }),
    { event: 'records_set_aside', records: 1 },
    { event: 'revoked', records: 2, closed: 1 },
  ]);
});

test('a record that cannot be read goes to the dead-letter queue at once, and the logout after it is performed', async () => {
  const { handler, opened, newPrincipal, admission, gateway, streamOf, deadLetters } = setUp();
  const connection = await opened(newPrincipal());
  await admission.close(connection);
  const unreadable = { dynamodb: { SequenceNumber: '1', NewImage: {} } };
  const Records = [unreadable, ...streamOf('admission', 'CLOSING')];
  expect(await handler({ Records }, FULL_TIME)).toEqual({ batchItemFailures: [] });
  expect(deadLetters.letters.map((letter) => JSON.parse(letter))).toEqual([unreadable]);
  expect(gateway.closed).toEqual([connection.id]);
});

test('a logout that fails for good is received again if the dead-letter queue is down', async () => {
  const { revoke, opened, newPrincipal, admission, gateway, streamOf, deadLetters } = setUp();
  const principal = newPrincipal();
  gateway.statuses.set((await opened(principal)).id, 403);
  await admission.revoke(principal);
  deadLetters.isDown = true;
  const [first] = streamOf('admission', 'REVOCATION');
  expect(await revoke()).toEqual({ batchItemFailures: [{ itemIdentifier: first?.dynamodb?.SequenceNumber }] });
});

test('a logout of one subject does not wait for the connections of another that cannot be closed', async () => {
  const { revoke, opened, newPrincipal, admission, gateway, connections, clock } = setUp();
  const [stuck, other] = [newPrincipal(), newPrincipal()];
  const [first, second] = [await opened(stuck), await opened(other)];
  gateway.statuses.set(first.id, 429);
  await admission.revoke(stuck);
  await admission.revoke(other);
  const started = clock.now();
  const closed = jest.spyOn(connections, 'disconnect').mockImplementation(async ({ id }) => {
    expect([id, clock.now()]).toEqual([second.id, started]);
  });
  await revoke();
  expect(closed).toHaveBeenCalledTimes(1);
});

test('a connection that cannot be closed is given up 15 seconds before the timeout, so that the response is in time', async () => {
  const { revoke, opened, newPrincipal, admission, gateway, clock } = setUp();
  const principal = newPrincipal();
  gateway.statuses.set((await opened(principal)).id, 429);
  await admission.revoke(principal);
  const started = clock.now();
  const { batchItemFailures } = await revoke({ getRemainingTimeInMillis: () => 20_000 });
  expect(batchItemFailures).toHaveLength(1);
  expect(clock.now() - started).toBeLessThanOrEqual(5000);
});

test.each([
  [0, 'removed'],
  [9.9, 'removed'],
  [10.1, 'retried'],
  [20, 'retried'],
])(
  'a connection with 100 subscriptions that is closed after %d of 25 s is %s before the timeout, with a slow table',
  async (seconds, outcome) => {
    const time = new VirtualTime();
    const memory = new MemoryDynamoDB({ tables: ['connections'], now: time.now, written: () => undefined });
    let isSlow = false;
    let conflictsUntil = Number.NEGATIVE_INFINITY;
    const dynamo = {
      async call<Answer>(operation: string, input: object) {
        if (isSlow) {
          await time.wait(500);
        }
        if (operation === 'TransactWriteItems' && time.now() < conflictsUntil) {
          throw cancelled([{ Code: 'TransactionConflict' }]);
        }
        return memory.call<Answer>(operation, input);
      },
    };
    const connections = new SubscriptionTable(new Table(dynamo, 'connections', time), time);
    const connection = { id: 'slow', connectedAt: time.now() };
    await connections.connect(connection);
    const topics = Array.from({ length: 100 }, (_, topic) => `topic-${topic}`);
    expect(await connections.subscribe(connection, topics)).toEqual(
      new Map(topics.map((topic) => [topic, { subscription: '' }])),
    );
    const close = async () => {
      await time.wait(seconds * 1000);
      isSlow = true;
      conflictsUntil = time.now() + 3900;
      return 'closed' as const;
    };
    const { deadLetters, logger } = lanes();
    const handler = createHandler({
      ...{ connections, connectionCloser: { close }, deadLetters, clock: time, logger },
      outbox: { post: async () => 'sent' },
    });
    const Keys = { pk: { S: 'CONNECTION#slow' }, sk: { S: 'CLOSING' } };
    const NewImage = { ...Keys, connectedAt: { N: String(connection.connectedAt) } };
    const answer = handler({ Records: [{ dynamodb: { Keys, NewImage } }] }, { getRemainingTimeInMillis: () => 25_000 });
    await time.pass(25_000);
    const { batchItemFailures } = (await Promise.race([answer, undefined])) ?? {};
    expect(batchItemFailures).toHaveLength(outcome === 'retried' ? 1 : 0);
    if (outcome === 'removed') {
      expect(memory.items('connections').filter(({ sk }) => sk !== 'SHARDS')).toEqual([]);
    }
  },
);

test.each(['now', 'up to 5 seconds later, because the clock of the issuer is ahead', 'in a fraction of this second'])(
  'a logout closes a connection whose token was issued %s',
  async (when) => {
    const { revoke, opened, newPrincipal, admission, gateway, clock } = setUp();
    clock.advance(700);
    const now = clock.now() / 1000;
    const issuedAt = when.startsWith('now') ? Math.floor(now) : when.startsWith('up') ? Math.floor(now) + 5 : now - 0.2;
    const principal = { ...newPrincipal(), issuedAt };
    const connection = await opened(principal);
    await admission.revoke(principal);
    await revoke();
    expect(gateway.closed).toEqual([connection.id]);
  },
);

test('a repeated logout with a stolen token closes no connection of the next login', async () => {
  const { revoke, opened, newPrincipal, admission, gateway, clock } = setUp();
  const stolen = newPrincipal();
  const first = await opened(stolen);
  await admission.revoke(stolen);
  clock.advance(10_000);
  const second = await opened({ ...stolen, issuedAt: clock.now() / 1000 });
  await admission.revoke(stolen);
  await revoke();
  expect(gateway.closed).toEqual([first.id]);
  expect(second.id).not.toBe(first.id);
});

test('a connection that a newer one of its subject replaces gets the error connection_limit before it is closed', async () => {
  const { revoke, opened, newPrincipal, gateway, clock } = setUp();
  const principal = newPrincipal();
  const silent = await opened(principal);
  clock.advance(1000);
  const others = [await opened(principal), await opened(principal)];
  const order: string[] = [];
  const send = gateway.send.bind(gateway);
  gateway.send = (...request) => {
    order.push(request[0]);
    return send(...request);
  };
  await revoke();
  const frame = { type: 'error', code: 'connection_limit', message: expect.any(String) };
  expect(gateway.posts).toEqual([{ id: silent.id, frame }]);
  expect(order).toEqual(['POST', 'DELETE']);
  expect(others.map(({ id }) => gateway.closed.includes(id))).toEqual([false, false]);
});

test.each([403, 410, 429, 500])(
  'a connection that a newer one replaces is closed also if the post of the reason is answered %d',
  async (status) => {
    const { revoke, opened, newPrincipal, gateway } = setUp();
    const principal = newPrincipal();
    const opening = [await opened(principal), await opened(principal), await opened(principal)];
    const send = gateway.send.bind(gateway);
    gateway.send = async (...request) => {
      const answer = await send(...request);
      return request[0] === 'POST' ? { ...answer, status } : answer;
    };
    expect(await revoke()).toEqual({ batchItemFailures: [] });
    expect(gateway.closed).toHaveLength(opening.length - 2);
  },
);

test('a connection that a newer one replaces is closed within a second if the post of the reason hangs', async () => {
  const { revoke, opened, newPrincipal, gateway, clock } = setUp();
  const principal = newPrincipal();
  await opened(principal);
  await opened(principal);
  await opened(principal);
  const send = gateway.send.bind(gateway);
  gateway.send = (...request) => (request[0] === 'POST' ? new Promise(() => undefined) : send(...request));
  const start = clock.now();
  expect(await revoke()).toEqual({ batchItemFailures: [] });
  expect(gateway.closed).toHaveLength(1);
  expect(clock.now() - start).toBeLessThanOrEqual(1000);
});

test('a connection that is closed by a logout, or at its own request, gets no reason', async () => {
  const { revoke, opened, newPrincipal, admission, gateway } = setUp();
  const principal = newPrincipal();
  await opened(principal);
  await admission.revoke(principal);
  await admission.close(await opened(newPrincipal()));
  await revoke();
  expect(gateway.closed).toHaveLength(2);
  expect(gateway.posts).toEqual([]);
});

test('a connection that took over the slot of another keeps it when the other is closed', async () => {
  const { revoke, opened, newPrincipal, gateway, connections, clock } = setUp();
  const principal = newPrincipal();
  const silent = await opened(principal);
  clock.advance(1000);
  const others = [await opened(principal), await opened(principal)];
  await revoke();
  expect(gateway.closed).toEqual([silent.id]);
  expect((await connections.connectionsOf(principal)).map(({ id }) => id).sort()).toEqual(
    others.map(({ id }) => id).sort(),
  );
});
