import { type Event, frame, Running, timingOut } from './running';

let running: Running;
afterEach(() => running.stop());

const ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/prod/$connect';
const ok = () => ({ statusCode: 200 });

function policy(statement: object | object[]) {
  return { principalId: 'me', policyDocument: { Version: '2012-10-17', Statement: statement } };
}

const allow = (Resource: unknown = ARN) => ({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource });
const deny = (Resource: unknown = ARN) => ({ Effect: 'Deny', Action: 'execute-api:Invoke', Resource });

function start(authorizer: (event: Event) => unknown, identitySources: string[] = []): Promise<Running> {
  return Running.start({
    functions: { authorizer, $connect: ok, $disconnect: ok, $default: ({ body }) => ({ statusCode: 200, body }) },
    routes: [
      { routeKey: '$connect', functionArn: '$connect', authorizer: { functionArn: 'authorizer', identitySources } },
      { routeKey: '$disconnect', functionArn: '$disconnect' },
      { routeKey: '$default', functionArn: '$default', returnsResponse: true },
    ],
  });
}

test.each([
  ['the method ARN', [ARN]],
  ['a wildcard', '*'],
  ['a wildcard in the path', 'arn:aws:execute-api:eu-central-1:123456789012:abc123/*'],
  ['the method ARN with a single-character wildcard', ARN.replace('abc123', 'abc12?')],
])('a policy that allows %s admits the client', async (_what, resource) => {
  running = await start(() => policy(allow(resource)));
  await running.connected();
  expect(running.events.map(({ name }) => name)).toEqual(['authorizer', '$connect']);
});

test.each([
  ['denies', deny()],
  ['allows and denies', [allow('*'), deny()]],
  ['allows something else', allow(ARN.replace('prod', 'dev'))],
  ['allows another action', { ...allow(), Action: 'execute-api:ManageConnections' }],
  ['allows all other resources', { Effect: 'Allow', Action: 'execute-api:*', NotResource: ARN }],
  ['has no statement', []],
])('a policy that %s causes status 403, and $connect does not run', async (_what, statement) => {
  running = await start(() => policy(statement));
  expect((await running.refused()).status).toBe(403);
  expect(running.events.map(({ name }) => name)).toEqual(['authorizer']);
});

test('an authorizer that throws "Unauthorized" causes status 401', async () => {
  running = await start(() => {
    throw new Error('Unauthorized');
  });
  expect((await running.refused()).status).toBe(401);
});

test('an authorizer that crashes causes status 500', async () => {
  running = await start(() => {
    throw new Error('unexpected');
  });
  expect((await running.refused()).status).toBe(500);
});

test('an authorizer that does not respond within 29 s causes status 500', async () => {
  const authorizer = { functionArn: 'authorizer', identitySources: [] };
  const timeouts: number[] = [];
  running = await Running.start({ invoke: timingOut(timeouts), routes: [{ routeKey: '$connect', authorizer }] });
  expect((await running.refused()).status).toBe(500);
  expect(timeouts).toEqual([29_000]);
});

test.each([
  ['nothing', undefined],
  ['no principal', { policyDocument: { Statement: allow() } }],
  ['no policy', { principalId: 'me' }],
  ['a nested context', { ...policy(allow()), context: { a: { b: 1 } } }],
  ['more than 8 KB', { ...policy(allow()), context: { a: 'x'.repeat(8192) } }],
  ['conditions, which are not evaluated here', policy({ ...allow(), Condition: { Bool: { a: 'true' } } })],
])('an authorizer that returns %s causes status 500', async (_what, answer) => {
  running = await start(() => answer);
  expect((await running.refused()).status).toBe(500);
});

test('an authorizer response just below 8 KB is accepted', async () => {
  const size = 8192 - JSON.stringify({ ...policy(allow()), context: { a: '' } }).length;
  running = await start(() => ({ ...policy(allow()), context: { a: 'x'.repeat(size) } }));
  await running.connected();
  expect((await running.event('$connect')).requestContext.authorizer.a).toHaveLength(size);
});

test('every later event has the context from the authorizer', async () => {
  running = await start(() => ({ ...policy(allow()), context: { tenant: 't1', level: 3, admin: true } }));
  const client = await running.connected();
  client.send('x');
  await frame(client);
  client.close();
  await running.event('$disconnect');
  const authorizer = {
    principalId: 'me',
    integrationLatency: expect.any(Number),
    tenant: 't1',
    level: '3',
    admin: 'true',
  };
  for (const name of ['$connect', '$default', '$disconnect']) {
    expect((await running.event(name)).requestContext.authorizer).toEqual(authorizer);
  }
  expect((await running.event('authorizer')).requestContext).not.toHaveProperty('authorizer');
});

test.each([
  ['header', ['route.request.header.Authorization']],
  ['query string', ['route.request.querystring.token']],
  ['stage variable', ['stageVariables.missing']],
])(
  'a handshake without the %s that is an identity source gets 401, and the authorizer does not run',
  async (_what, sources) => {
    running = await start(() => policy(allow()), sources);
    expect((await running.refused()).status).toBe(401);
    expect(running.events).toEqual([]);
  },
);

test('the authorizer runs if the handshake has every identity source', async () => {
  running = await start(
    () => policy(allow()),
    ['route.request.header.Authorization', 'route.request.querystring.token', 'context.requestId'],
  );
  await running.connected('/?token=t', { headers: { authorization: 'x' } });
  expect(running.events.map(({ name }) => name)).toEqual(['authorizer', '$connect']);
});

test('an invalid identity source is reported at the start', async () => {
  await expect(start(() => policy(allow()), ['$request.header.Auth'])).rejects.toThrow('$request.header.Auth');
  running = await Running.start();
});
