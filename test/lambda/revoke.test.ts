import { createHandler } from '../../lambda/revoke';
import { FULL_TIME, lanes } from './lanes';

function setUp() {
  const lane = lanes();
  const { connections, management, clock, logger, streamOf } = lane;
  const handler = createHandler({ connections, connectionCloser: management, clock, logger });
  const revoke = () => handler({ Records: streamOf('admission', 'REVOCATION', 'CLOSING') }, FULL_TIME);
  return { ...lane, revoke };
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

test('a logout that fails is reported as failed, so that the stream retries from there', async () => {
  const { revoke, opened, newPrincipal, admission, gateway, streamOf, lines } = setUp();
  const [failing, other] = [newPrincipal(), newPrincipal()];
  const connection = await opened(failing);
  await opened(other);
  gateway.statuses.set(connection.id, 403);
  await admission.revoke(failing);
  await admission.revoke(other);
  const [first] = streamOf('admission', 'REVOCATION');
  expect(await revoke()).toEqual({ batchItemFailures: [{ itemIdentifier: first?.dynamodb?.SequenceNumber }] });
  expect(gateway.closed).toEqual([connection.id]);
  expect(lines).toEqual([expect.objectContaining({ event: 'revoke_failed' })]);
});
