import { ACCOUNT, close, type Event, REGION, Running } from './running';

let running: Running;
afterEach(() => running.stop());

const ID = expect.stringMatching(/^[\w-]{15}=$/);
const TIME = expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);

/** @returns the request context that every event of a connection has */
function context(routeKey: string, eventType: string) {
  return {
    routeKey,
    eventType,
    extendedRequestId: ID,
    requestTime: TIME,
    messageDirection: 'IN',
    stage: 'prod',
    connectedAt: expect.any(Number),
    requestTimeEpoch: expect.any(Number),
    identity: { sourceIp: '127.0.0.1' },
    requestId: ID,
    domainName: 'ws.example.com',
    connectionId: ID,
    apiId: 'abc123',
  };
}

/** Connects to the custom domain, sends a frame and closes. @returns the three events */
async function conversation(): Promise<{ connect: Event; message: Event; disconnect: Event }> {
  running = await Running.start({ functions: { $connect: ok, $disconnect: ok, $default: ok } });
  const client = await running.connected('/', { headers: { Host: 'ws.example.com' } });
  client.send('hello');
  const message = await running.event('$default');
  client.close();
  return { connect: await running.event('$connect'), message, disconnect: await running.event('$disconnect') };
}

const ok = () => ({ statusCode: 200 });

test('a CONNECT event equals the recorded one: no Connection and Upgrade headers, the headers of API Gateway, and no body', async () => {
  const { connect } = await conversation();
  const headers = {
    Host: 'ws.example.com',
    'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
    'Sec-WebSocket-Key': expect.any(String),
    'Sec-WebSocket-Version': '13',
    'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    'X-Forwarded-For': '127.0.0.1',
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
  };
  expect(connect).toStrictEqual({
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    requestContext: context('$connect', 'CONNECT'),
    isBase64Encoded: false,
  });
});

test('a MESSAGE event has a body and a messageId, and no headers', async () => {
  const { message } = await conversation();
  expect(message).toStrictEqual({
    requestContext: { ...context('$default', 'MESSAGE'), messageId: ID },
    body: 'hello',
    isBase64Encoded: false,
  });
});

test('a DISCONNECT event equals the recorded one for a close frame without a code', async () => {
  const { disconnect } = await conversation();
  expect(disconnect).toStrictEqual({
    headers: { Host: 'ws.example.com', 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' },
    multiValueHeaders: { Host: ['ws.example.com'], 'x-api-key': [''], 'X-Forwarded-For': [''], 'x-restapi': [''] },
    requestContext: {
      ...context('$disconnect', 'DISCONNECT'),
      disconnectStatusCode: 1005,
      disconnectReason: 'Client-side close frame status not set',
    },
    isBase64Encoded: false,
  });
});

test('the events of a connection share its id and time, and each has its own request id', async () => {
  const contexts = Object.values(await conversation()).map(({ requestContext }) => requestContext);
  expect(new Set(contexts.map(({ connectionId }) => connectionId)).size).toBe(1);
  expect(new Set(contexts.map(({ connectedAt }) => connectedAt)).size).toBe(1);
  expect(new Set(contexts.map(({ requestId }) => requestId)).size).toBe(3);
  for (const { requestId, extendedRequestId } of contexts) {
    expect(extendedRequestId).toBe(requestId);
  }
});

test('a DISCONNECT event has the close code and the reason of the client', async () => {
  running = await Running.start({ functions: { $disconnect: ok } });
  const client = await running.connected();
  client.close(4001, 'enough');
  const { requestContext } = await running.event('$disconnect');
  expect(requestContext).toMatchObject({ disconnectStatusCode: 4001, disconnectReason: 'enough' });
});

test('a DISCONNECT event has 1001 without a reason if a browser leaves the page', async () => {
  running = await Running.start({ functions: { $disconnect: ok } });
  // The ws client refuses to send 1001. These bytes are the close frame, masked with zeros.
  const client = await running.connected();
  const closed = close(client);
  rawSocket(client).write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]));
  const { requestContext } = await running.event('$disconnect');
  expect(requestContext).toMatchObject({ disconnectStatusCode: 1001, disconnectReason: '' });
  await closed;
});

test('a DISCONNECT event has 1006 if the connection breaks', async () => {
  running = await Running.start({ functions: { $disconnect: ok } });
  (await running.connected()).terminate();
  expect((await running.event('$disconnect')).requestContext.disconnectStatusCode).toBe(1006);
});

test('the headers in an event keep their case, and every value of a repeated header', async () => {
  running = await Running.start({ functions: { $connect: ok } });
  await running.connected('/', { headers: { 'X-MiXed': 'a', 'x-twice': ['1', '2'], 'User-Agent': 'test/1' } as never });
  const { headers, multiValueHeaders, requestContext } = await running.event('$connect');
  expect(headers).toMatchObject({ 'X-MiXed': 'a', 'x-twice': '2' });
  expect(multiValueHeaders).toMatchObject({ 'X-MiXed': ['a'], 'x-twice': ['1', '2'] });
  expect(requestContext.identity).toEqual({ sourceIp: '127.0.0.1', userAgent: 'test/1' });
});

test('X-Forwarded-For keeps the value that the client sent, and ends with the address of the client', async () => {
  running = await Running.start({ functions: { $connect: ok } });
  await running.connected('/', { headers: { 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Proto': 'http' } });
  const { headers } = await running.event('$connect');
  expect(headers).toMatchObject({ 'X-Forwarded-For': '192.0.2.1, 127.0.0.1', 'X-Forwarded-Proto': 'https' });
});

test('an event has the decoded query string, with the last value and with all values', async () => {
  running = await Running.start({ functions: { $connect: ok } });
  await running.connected('/?a=1&b=x%20y&a=2');
  const event = await running.event('$connect');
  expect(event.queryStringParameters).toEqual({ a: '2', b: 'x y' });
  expect(event.multiValueQueryStringParameters).toEqual({ a: ['1', '2'], b: ['x y'] });
});

test('every event has the stage variables', async () => {
  const variables = { color: 'blue' };
  running = await Running.start({
    functions: { $connect: ok, $disconnect: ok, $default: ok },
    api: { stage: { name: 'prod', variables } },
  });
  const client = await running.connected();
  client.send('x');
  await running.event('$default');
  client.close();
  await running.event('$disconnect');
  expect(running.events.map(({ event }) => event.stageVariables)).toEqual([variables, variables, variables]);
});

test('domainName and Host are those of execute-api at the default endpoint', async () => {
  running = await Running.start({ functions: { $connect: ok } });
  await running.connected('/prod', { headers: { Host: `abc123.execute-api.${REGION}.amazonaws.com` } });
  const { headers, requestContext } = await running.event('$connect');
  expect(headers.Host).toBe('abc123.execute-api.eu-central-1.amazonaws.com');
  expect(requestContext.domainName).toBe(headers.Host);
});

test('an authorizer receives the REQUEST event as recorded', async () => {
  running = await Running.start({
    functions: { allow: () => ({ principalId: 'me', policyDocument: { Statement: [] } }) },
    routes: [{ routeKey: '$connect', functionArn: 'c', authorizer: { functionArn: 'allow', identitySources: [] } }],
  });
  await running.refused('/', { headers: { Host: 'ws.example.com' } });
  const event = await running.event('allow');
  expect(event).toStrictEqual({
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:abc123/prod/$connect`,
    headers: expect.objectContaining({ Connection: 'upgrade', Upgrade: 'websocket', Host: 'ws.example.com' }),
    multiValueHeaders: expect.objectContaining({ Connection: ['upgrade'], Upgrade: ['websocket'] }),
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    stageVariables: {},
    requestContext: context('$connect', 'CONNECT'),
  });
});

/** @returns the socket of a client, to send bytes that the client refuses to send. */
function rawSocket(client: object): import('node:net').Socket {
  return (client as { _socket: import('node:net').Socket })._socket;
}
