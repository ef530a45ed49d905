import { type Connection, type ConnectionCloser, Unavailable } from '../../../lambda/realtime/ports';
import type { Principal } from '../../../lambda/realtime/principal';
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
  return { clock, connections, connectionCloser, closed, open, seconds, deadline: clock.now() + 5000 };
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

it('closeRevoked() retries while the gateway is busy', async () => {
  let attempts = 0;
  const { open, closed, ...revoking } = setUp(async () => (++attempts < 3 ? 'busy' : 'closed'));
  await closeRevoked({ connection: await open('a', {}) }, revoking);
  expect(closed).toEqual(['a', 'a', 'a']);
});

it('closeRevoked() keeps a connection that it cannot close in the table, so that a retry finds it', async () => {
  const { open, seconds, ...revoking } = setUp(async () => 'busy');
  const connection = await open('a', {});
  await expect(closeRevoked({ connection }, revoking)).rejects.toThrow(Unavailable);
  expect(await revoking.connections.connectionsOf({ subject: 'alice', tenant: 'acme' })).toHaveLength(1);
  expect(seconds).toBeGreaterThan(0);
});
