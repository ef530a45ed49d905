import { createHash } from 'node:crypto';
import { type ConnectDependencies, createHandler } from '../../lambda/connect';
import type { Connection } from '../../lambda/realtime/ports';
import { ticketFor } from '../../lambda/realtime/tickets';
import { failure } from '../support/memory/dynamodb';
import { connectEvent } from '../support/websocket-events';
import { lanes, ORIGIN } from './lanes';

/** Origin of the URL that clients connect to. */
const OWN_ORIGIN = 'https://ws.example.com';

function setUp(options: Partial<ConnectDependencies> = {}) {
  const lane = lanes();
  const { connections, logger, metrics } = lane;
  const dependencies = {
    connections,
    connectionOpener: undefined,
    allowedOrigins: [ORIGIN],
    ownOrigin: OWN_ORIGIN,
    originSecret: 'none',
    logger,
    metrics,
  };
  return { ...lane, connect: createHandler({ ...dependencies, ...options }) };
}

/** As {@link setUp}, with authentication. */
function setUpWithTickets() {
  const lane = lanes();
  const { connections, connectionOpener, logger, metrics } = lane;
  const connect = createHandler({
    connections,
    connectionOpener,
    allowedOrigins: [ORIGIN],
    ownOrigin: OWN_ORIGIN,
    originSecret: 'none',
    logger,
    metrics,
  });
  const open = (connection: Connection, ticket: string) =>
    connect(connectEvent(connection, { Origin: ORIGIN, 'Sec-WebSocket-Protocol': `twinlane.v1, ticket.${ticket}` }));
  return { ...lane, connect, open };
}

test('a client of an allowed origin connects with the protocol that it offers', async () => {
  const { connect, connections, newConnection } = setUp();
  const connection = newConnection();
  const headers = { Origin: ORIGIN, 'Sec-WebSocket-Protocol': 'other, twinlane.v1' };
  expect(await connect(connectEvent(connection, headers))).toEqual({
    statusCode: 200,
    headers: { 'Sec-WebSocket-Protocol': 'twinlane.v1' },
  });
  expect(await connections.accept(connection)).toMatchObject({ subject: '' });
});

test('a client that offers no protocol connects without one', async () => {
  const { connect, newConnection } = setUp();
  expect(await connect(connectEvent(newConnection(), { origin: ORIGIN }))).toEqual({
    statusCode: 200,
    headers: undefined,
  });
});

test.each(['Origin', 'origin', 'ORIGIN'])(
  'a client of another origin is refused with 403, without storing the connection or logging the origin: header %s',
  async (name) => {
    const { connect, connections, newConnection, lines } = setUp();
    const connection = newConnection();
    expect(await connect(connectEvent(connection, { [name]: 'https://evil.com' }))).toEqual({ statusCode: 403 });
    expect(await connections.accept(connection)).toBe('not_connected');
    expect(lines).toEqual([{ event: 'refused', reason: 'origin' }]);
  },
);

test.each(['capacitor://localhost', 'tauri://localhost', 'http://[::1]:5173', 'app://-'])(
  'a page of an app connects with its origin %s, and with no other origin of the same scheme or host',
  async (origin) => {
    const { connect, newConnection } = setUp({ allowedOrigins: [origin] });
    const statusFor = async (sent: string) =>
      (await connect(connectEvent(newConnection(), { Origin: sent }))).statusCode;
    expect(await statusFor(origin)).toBe(200);
    for (const other of [`${origin}/`, `${origin}.evil.com`, origin.toUpperCase(), 'http://localhost', 'null']) {
      expect(await statusFor(other)).toBe(403);
    }
  },
);

test('a client that bypasses the gateway is refused if a gateway is configured', async () => {
  const { connect, newConnection, lines } = setUp({ originSecret: 'only-the-gateway-knows' });
  const statusFor = async (headers: Record<string, string>) =>
    (await connect(connectEvent(newConnection(), { Origin: ORIGIN, ...headers }))).statusCode;
  expect(await statusFor({})).toBe(403);
  expect(await statusFor({ 'X-Origin-Secret': 'none' })).toBe(403);
  expect(await statusFor({ 'X-Origin-Secret': 'only-the-gateway-knows' })).toBe(200);
  expect(lines).toEqual(Array.from({ length: 2 }, () => ({ event: 'refused', reason: 'bypass' })));
});

test('a handshake gets the status 503 if the table is temporarily unavailable', async () => {
  const { open, mint, newPrincipal, newConnection, failTransaction } = setUpWithTickets();
  const ticket = await mint(newPrincipal());
  for (let count = 0; count < 100; count += 1) {
    failTransaction(failure('ThrottlingException', 'wait'));
  }
  expect(await open(newConnection(), ticket)).toEqual({ statusCode: 503 });
});

test('a permanent failure of the table fails the invocation', async () => {
  const { open, mint, newPrincipal, newConnection, failTransaction } = setUpWithTickets();
  const ticket = await mint(newPrincipal());
  failTransaction(failure('AccessDeniedException', 'no'));
  await expect(open(newConnection(), ticket)).rejects.toThrow('no');
});

test('a ticket opens only one connection, and the response contains the protocol without the ticket', async () => {
  const { open, mint, newPrincipal, newConnection, lines } = setUpWithTickets();
  const ticket = await mint(newPrincipal());
  expect(await open(newConnection(), ticket)).toEqual({
    statusCode: 200,
    headers: { 'Sec-WebSocket-Protocol': 'twinlane.v1' },
  });
  expect(await open(newConnection(), ticket)).toEqual({ statusCode: 401 });
  expect(lines).toEqual([{ event: 'refused', reason: 'unauthorized' }]);
});

test('a client that does not send the protocol and exactly one ticket is refused with 401', async () => {
  const { connect, mint, newPrincipal, newConnection } = setUpWithTickets();
  const ticket = await mint(newPrincipal());
  const protocols = ['twinlane.v1', `ticket.${ticket}`, `twinlane.v1, ticket.${ticket}, ticket.${ticket}`];
  for (const protocol of protocols) {
    const event = connectEvent(newConnection(), { Origin: ORIGIN, 'Sec-WebSocket-Protocol': protocol });
    expect(await connect(event)).toEqual({ statusCode: 401 });
  }
  expect(await connect(connectEvent(newConnection(), { Origin: ORIGIN }))).toEqual({ statusCode: 401 });
});

test('a client that sends the origin of the URL that it connects to opens a connection with a ticket that was issued without an origin', async () => {
  const { connect, admission, newPrincipal, newConnection, clock } = setUpWithTickets();
  const statusWith = async (issuedTo: string, ticket: string, sent: string) => {
    const hash = createHash('sha256').update(ticket).digest('base64url');
    await admission.mint(hash, ticketFor(newPrincipal(), issuedTo, clock.now()));
    const protocols = `twinlane.v1, ticket.${ticket}`;
    const event = connectEvent(newConnection(), { Origin: sent, 'Sec-WebSocket-Protocol': protocols });
    return (await connect(event)).statusCode;
  };
  expect(await statusWith('', 'a'.repeat(43), OWN_ORIGIN)).toBe(200);
  expect(await statusWith(ORIGIN, 'b'.repeat(43), OWN_ORIGIN)).toBe(401);
  expect(await statusWith('', 'c'.repeat(43), ORIGIN)).toBe(401);
});

test('behind a gateway, a page and a program that sends the origin of the URL open connections, each with a ticket of its own', async () => {
  const { connections, connectionOpener, admission, logger, metrics, newPrincipal, newConnection, clock } = lanes();
  const allowedOrigins = [ORIGIN, 'https://other.example.com'];
  const dependencies = {
    connections,
    connectionOpener,
    allowedOrigins,
    ownOrigin: ORIGIN,
    originSecret: 'none',
    logger,
    metrics,
  };
  const connect = createHandler(dependencies);
  let count = 0;
  const statusWith = async (issuedTo: string, headers: Record<string, string>) => {
    const ticket = String((count += 1)).padStart(43, '0');
    const hash = createHash('sha256').update(ticket).digest('base64url');
    await admission.mint(hash, ticketFor(newPrincipal(), issuedTo, clock.now()));
    const event = connectEvent(newConnection(), {
      ...headers,
      'Sec-WebSocket-Protocol': `twinlane.v1, ticket.${ticket}`,
    });
    return (await connect(event)).statusCode;
  };
  expect(await statusWith(ORIGIN, { Origin: ORIGIN })).toBe(200);
  // React Native requests its ticket without an origin, and sends that of the URL in the handshake.
  expect(await statusWith('', { Origin: ORIGIN })).toBe(200);
  expect(await statusWith('', {})).toBe(200);
  // The ticket of a page stays bound to its origin.
  expect(await statusWith(ORIGIN, {})).toBe(401);
  expect(await statusWith(ORIGIN, { Origin: 'https://other.example.com' })).toBe(401);
  expect(await statusWith('https://other.example.com', { Origin: ORIGIN })).toBe(401);
  expect(await statusWith('', { Origin: 'https://other.example.com' })).toBe(401);
  expect(await statusWith(ORIGIN, { Origin: 'https://evil.example.com' })).toBe(403);
});

test('a ticket still opens its connection if the response to the transaction is lost', async () => {
  const { open, connections, mint, newPrincipal, newConnection, failTransaction } = setUpWithTickets();
  const principal = newPrincipal();
  const [ticket, connection] = [await mint(principal), newConnection()];
  failTransaction(failure('InternalServerError', 'lost', {}, 500), { done: true });
  expect(await open(connection, ticket)).toMatchObject({ statusCode: 200 });
  expect(await connections.accept(connection)).toMatchObject({ subject: principal.subject });
});

test('a subject with the maximum number of connections can open one more, and the one that was silent longest is marked for closing', async () => {
  const { open, connections, clock, mint, newPrincipal, newConnection, streamOf } = setUpWithTickets();
  const principal = newPrincipal();
  const [first, second, third] = [newConnection(), newConnection(), newConnection()];
  expect(await open(first, await mint(principal))).toMatchObject({ statusCode: 200 });
  expect(await open(second, await mint(principal))).toMatchObject({ statusCode: 200 });
  expect(streamOf('admission', 'CLOSING')).toEqual([]);
  clock.advance(1000);
  await connections.accept(first);
  expect(await open(third, await mint(principal))).toMatchObject({ statusCode: 200 });
  expect(streamOf('admission', 'CLOSING')).toMatchObject([
    { dynamodb: { Keys: { pk: { S: `CONNECTION#${second.id}` } } } },
  ]);
  expect(await connections.accept(first)).toMatchObject({ subject: principal.subject });
  expect(await connections.accept(third)).toMatchObject({ subject: principal.subject });
});

test('a subject whose connections all disappeared without a close can open as many again', async () => {
  const { open, connections, clock, mint, newPrincipal, newConnection } = setUpWithTickets();
  const principal = newPrincipal();
  for (let count = 0; count < 40; count += 1) {
    clock.advance(1000);
    expect(await open(newConnection(), await mint(principal))).toMatchObject({ statusCode: 200 });
  }
  expect(await connections.connectionsOf(principal)).toHaveLength(2);
});

test('a handshake that loses a slot to another one opens in the next slot, in a transaction with another token', async () => {
  const { open, mint, newPrincipal, newConnection, connections, dynamo } = setUpWithTickets();
  const principal = newPrincipal();
  const [mine, others] = [newConnection(), newConnection()];
  const [ticket, other] = [await mint(principal), await mint(principal)];
  // Both find the same slot free.
  jest
    .spyOn(connections, 'slotFor')
    .mockImplementationOnce(async () => {
      await open(others, other);
      return { number: 0 };
    })
    .mockResolvedValueOnce({ number: 0 });
  const call = jest.spyOn(dynamo, 'call');
  expect(await open(mine, ticket)).toMatchObject({ statusCode: 200 });
  const transactions = call.mock.calls.filter(([operation]) => operation === 'TransactWriteItems');
  const tokens = transactions.map(([, input]) => (input as { ClientRequestToken: string }).ClientRequestToken);
  expect(tokens).toHaveLength(3);
  expect(new Set(tokens).size).toBe(3);
  expect((await connections.connectionsOf(principal)).map(({ id }) => id).sort()).toEqual([mine.id, others.id].sort());
});

test('a transaction whose outcome is unknown is repeated with the same token', async () => {
  const { open, mint, newPrincipal, newConnection, failTransaction, dynamo } = setUpWithTickets();
  const ticket = await mint(newPrincipal());
  failTransaction(failure('InternalServerError', 'lost', {}, 500), { done: true });
  const call = jest.spyOn(dynamo, 'call');
  expect(await open(newConnection(), ticket)).toMatchObject({ statusCode: 200 });
  const transactions = call.mock.calls.filter(([operation]) => operation === 'TransactWriteItems');
  expect(transactions).toHaveLength(2);
  expect(transactions[1]).toEqual(transactions[0]);
});
