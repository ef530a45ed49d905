import { type ConnectDependencies, createHandler } from '../../lambda/connect';
import type { Connection } from '../../lambda/realtime/ports';
import { failure } from '../support/memory/dynamodb';
import { connectEvent } from '../support/websocket-events';
import { lanes, ORIGIN } from './lanes';

function setUp(options: Partial<ConnectDependencies> = {}) {
  const lane = lanes();
  const { connections, logger } = lane;
  const dependencies = {
    connections,
    connectionOpener: undefined,
    allowedOrigins: [ORIGIN],
    originSecret: 'none',
    logger,
  };
  return { ...lane, connect: createHandler({ ...dependencies, ...options }) };
}

/** The same where clients are authenticated. */
function setUpWithTickets() {
  const lane = lanes();
  const { connections, connectionOpener, logger } = lane;
  const connect = createHandler({
    connections,
    connectionOpener,
    allowedOrigins: [ORIGIN],
    originSecret: 'none',
    logger,
  });
  const open = (connection: Connection, ticket: string) =>
    connect(connectEvent(connection, { Origin: ORIGIN, 'Sec-WebSocket-Protocol': `twinlane.v1, ticket.${ticket}` }));
  return { ...lane, connect, open };
}

test('a page of an allowed origin gets a connection, with the protocol that it offers', async () => {
  const { connect, connections, newConnection } = setUp();
  const connection = newConnection();
  const headers = { Origin: ORIGIN, 'Sec-WebSocket-Protocol': 'other, twinlane.v1' };
  expect(await connect(connectEvent(connection, headers))).toEqual({
    statusCode: 200,
    headers: { 'Sec-WebSocket-Protocol': 'twinlane.v1' },
  });
  expect(await connections.accept(connection)).toMatchObject({ subject: '' });
});

test('a client that offers no protocol gets a connection without one', async () => {
  const { connect, newConnection } = setUp();
  expect(await connect(connectEvent(newConnection(), { origin: ORIGIN }))).toEqual({
    statusCode: 200,
    headers: undefined,
  });
});

test.each(['Origin', 'origin', 'ORIGIN'])(
  'a page of another origin is refused with 403, and nothing of it is stored or logged: %s',
  async (name) => {
    const { connect, connections, newConnection, lines } = setUp();
    const connection = newConnection();
    expect(await connect(connectEvent(connection, { [name]: 'https://evil.com' }))).toEqual({ statusCode: 403 });
    expect(await connections.accept(connection)).toBe('not_connected');
    expect(lines).toEqual([{ event: 'refused', reason: 'origin' }]);
  },
);

test('a client that does not come through the distribution is refused where there is one', async () => {
  const { connect, newConnection, lines } = setUp({ originSecret: 'only-the-distribution-knows' });
  const statusFor = async (headers: Record<string, string>) =>
    (await connect(connectEvent(newConnection(), { Origin: ORIGIN, ...headers }))).statusCode;
  expect(await statusFor({})).toBe(403);
  expect(await statusFor({ 'X-Origin-Secret': 'none' })).toBe(403);
  expect(await statusFor({ 'X-Origin-Secret': 'only-the-distribution-knows' })).toBe(200);
  expect(lines).toEqual(Array.from({ length: 2 }, () => ({ event: 'refused', reason: 'bypass' })));
});

test('a table that is not available for the moment is answered with 503', async () => {
  const { open, mint, newPrincipal, newConnection, failTransaction } = setUpWithTickets();
  const ticket = await mint(newPrincipal());
  for (let count = 0; count < 100; count += 1) {
    failTransaction(failure('ThrottlingException', 'wait'));
  }
  expect(await open(newConnection(), ticket)).toEqual({ statusCode: 503 });
});

test('a failure that does not pass fails the invocation', async () => {
  const { open, mint, newPrincipal, newConnection, failTransaction } = setUpWithTickets();
  const ticket = await mint(newPrincipal());
  failTransaction(failure('AccessDeniedException', 'no'));
  await expect(open(newConnection(), ticket)).rejects.toThrow('no');
});

test('a ticket opens one connection, and the answer names the protocol alone', async () => {
  const { open, mint, newPrincipal, newConnection, lines } = setUpWithTickets();
  const ticket = await mint(newPrincipal());
  expect(await open(newConnection(), ticket)).toEqual({
    statusCode: 200,
    headers: { 'Sec-WebSocket-Protocol': 'twinlane.v1' },
  });
  expect(await open(newConnection(), ticket)).toEqual({ statusCode: 401 });
  expect(lines).toEqual([{ event: 'refused', reason: 'unauthorized' }]);
});

test('a client without exactly one ticket and the protocol is refused with 401', async () => {
  const { connect, mint, newPrincipal, newConnection } = setUpWithTickets();
  const ticket = await mint(newPrincipal());
  const protocols = ['twinlane.v1', `ticket.${ticket}`, `twinlane.v1, ticket.${ticket}, ticket.${ticket}`];
  for (const protocol of protocols) {
    const event = connectEvent(newConnection(), { Origin: ORIGIN, 'Sec-WebSocket-Protocol': protocol });
    expect(await connect(event)).toEqual({ statusCode: 401 });
  }
  expect(await connect(connectEvent(newConnection(), { Origin: ORIGIN }))).toEqual({ statusCode: 401 });
});

test('a ticket is not lost if the answer to its transaction is', async () => {
  const { open, connections, mint, newPrincipal, newConnection, failTransaction } = setUpWithTickets();
  const principal = newPrincipal();
  const [ticket, connection] = [await mint(principal), newConnection()];
  failTransaction(failure('InternalServerError', 'lost', {}, 500), { done: true });
  expect(await open(connection, ticket)).toMatchObject({ statusCode: 200 });
  expect(await connections.accept(connection)).toMatchObject({ subject: principal.subject });
});

test('a subject with as many connections as allowed is refused with 429 until one of them ends', async () => {
  const { open, connections, mint, newPrincipal, newConnection } = setUpWithTickets();
  const principal = newPrincipal();
  const first = newConnection();
  expect(await open(first, await mint(principal))).toMatchObject({ statusCode: 200 });
  expect(await open(newConnection(), await mint(principal))).toMatchObject({ statusCode: 200 });
  expect(await open(newConnection(), await mint(principal))).toEqual({ statusCode: 429 });
  await connections.disconnect(first);
  expect(await open(newConnection(), await mint(principal))).toMatchObject({ statusCode: 200 });
});
