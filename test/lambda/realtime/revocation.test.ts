import { type Connection, type ConnectionCloser, Unavailable } from '../../../lambda/realtime/ports';
import type { Principal } from '../../../lambda/realtime/principal';
import { Places } from '../../../lambda/realtime/places';
import { closeRevoked } from '../../../lambda/realtime/revocation';
import { ManualClock } from '../../support/memory/clock';
import { MemoryConnections } from '../../support/memory/connections';

function setUp(close: ConnectionCloser['close'] = async () => 'closed') {
  const clock = new ManualClock();
  const connections = new MemoryConnections(clock);
  const closed: string[] = [];
  const connectionCloser: ConnectionCloser = {
    async close(id) {
      closed.push(id);
      return close(id);
    },
  };
  const seconds = clock.now() / 1000;
  const open = async (id: string, principal: Partial<Principal>): Promise<Connection> => {
    const connection = { id, connectedAt: clock.now() };
    const whole = { subject: 'alice', tenant: 'acme', scopes: [], issuedAt: seconds, expiresAt: seconds + 600 };
    await connections.connect(connection, { ...whole, ...principal });
    return connection;
  };
  return {
    clock,
    connections,
    connectionCloser,
    outbox: { post: async () => 'sent' as const },
    closed,
    open,
    seconds,
    places: new Places(2),
    deadline: clock.now() + 5000,
  };
}

it('closeRevoked() closes the connections that a subject opened with tokens issued up to the revocation, and no others', async () => {
  const { open, closed, seconds, ...revoking } = setUp();
  const subject = { subject: 'alice', tenant: 'acme' };
  const old = [await open('a', { issuedAt: seconds - 60 }), await open('b', {})];
  const others = [
    await open('later', { issuedAt: seconds + 1 }),
    await open('bob', { subject: 'bob' }),
    await open('rival', { tenant: 'rival' }),
  ];
  expect(await closeRevoked({ subject, revokedAt: seconds }, revoking)).toBe(2);
  expect(closed.sort()).toEqual(['a', 'b']);
  const accepted = (connection: Connection) => revoking.connections.accept(connection);
  expect(await Promise.all(old.map(accepted))).toEqual(['not_connected', 'not_connected']);
  expect(await Promise.all(others.map(accepted))).toEqual(others.map(() => expect.objectContaining({ scopes: [] })));
});

it('closeRevoked() closes a single connection', async () => {
  const { open, closed, ...revoking } = setUp();
  const connection = await open('a', {});
  await open('b', {});
  expect(await closeRevoked({ connection }, revoking)).toBe(1);
  expect(closed).toEqual(['a']);
  expect(await revoking.connections.accept(connection)).toBe('not_connected');
});

it('closeRevoked() retries while the gateway is busy, three times within half a second', async () => {
  let attempts = 0;
  const { open, closed, ...revoking } = setUp(async () => (++attempts < 3 ? 'busy' : 'closed'));
  const start = revoking.clock.now();
  await closeRevoked({ connection: await open('a', {}) }, revoking);
  expect(closed).toEqual(['a', 'a', 'a']);
  expect(revoking.clock.now() - start).toBeGreaterThan(0);
  expect(revoking.clock.now() - start).toBeLessThan(500);
});

it('closeRevoked() keeps a connection that it cannot close in the table, so that a retry finds it', async () => {
  const { open, seconds, ...revoking } = setUp(async () => 'busy');
  const connection = await open('a', {});
  await expect(closeRevoked({ connection }, revoking)).rejects.toThrow(Unavailable);
  expect(await revoking.connections.connectionsOf({ subject: 'alice', tenant: 'acme' })).toHaveLength(1);
  expect(seconds).toBeGreaterThan(0);
});

it('closeRevoked() tries all connections of a subject, also if one fails for good, and asks for a retry if another is busy', async () => {
  const answers: Record<string, () => Promise<'closed' | 'busy'>> = {
    forbidden: () => Promise.reject(new Error('forbidden')),
    busy: async () => 'busy',
  };
  const { open, closed, seconds, ...revoking } = setUp(async (id) => answers[id]?.() ?? 'closed');
  const connections = [await open('forbidden', {}), await open('fine', {})];
  const revocation = { subject: { subject: 'alice', tenant: 'acme' }, revokedAt: seconds };
  await expect(closeRevoked(revocation, revoking)).rejects.toThrow('forbidden');
  expect(closed.sort()).toEqual(['fine', 'forbidden']);
  connections.push(await open('busy', {}));
  await expect(closeRevoked(revocation, revoking)).rejects.toThrow(Unavailable);
});

it('closeRevoked() begins nothing after the deadline, also not what waited for its turn', async () => {
  const { clock, ...world } = setUp(async () => {
    clock.advance(3000);
    return 'closed';
  });
  const { open, closed, seconds, ...revoking } = { clock, ...world };
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await open(id, {});
  }
  const removed = jest.spyOn(revoking.connections, 'disconnect');
  await expect(
    closeRevoked({ subject: { subject: 'alice', tenant: 'acme' }, revokedAt: seconds }, revoking),
  ).rejects.toThrow(Unavailable);
  expect(closed).toHaveLength(2);
  expect(removed).not.toHaveBeenCalled();
});
