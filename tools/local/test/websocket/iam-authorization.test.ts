import { callerOf, credentialsOf } from '../../identity/credentials';
import { type Event, frame, Running } from './running';

const ROLE = 'arn:aws:iam::123456789012:role/path/Client';
const CONNECT = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/prod/$connect';
const STATEMENT = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: CONNECT };

let running: Running;
let asked: string[][] = [];
afterEach(() => running.stop());
beforeEach(() => {
  asked = [];
});

async function start(allowed = true): Promise<Running> {
  return Running.start({
    functions: { $connect: () => ({ statusCode: 200 }), $default: answerContext },
    routes: [
      { routeKey: '$connect', functionArn: '$connect', requiresSignature: true },
      { routeKey: '$default', functionArn: '$default', returnsResponse: true },
    ],
    identity: {
      callerOf,
      authorize: async (...request) => {
        asked.push(request);
        return { allowed, ...(!allowed && { statementToAdd: STATEMENT }) };
      },
    },
  });
}

function answerContext({ requestContext }: Event) {
  return { statusCode: 200, body: JSON.stringify(requestContext.identity) };
}

/** @returns a date as signatures have it, so many seconds from now */
function date(seconds = 0): string {
  return new Date(Date.now() + seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
}

const ROLE_KEY = credentialsOf(ROLE).accessKeyId;

function signed(accessKeyId = ROLE_KEY, when: string | undefined = date()) {
  const scope = `${accessKeyId}/20260101/eu-central-1/execute-api/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=00`;
  return { headers: { authorization, ...(when !== '' && { 'X-Amz-Date': when }) } };
}

function signedPath(parameters: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${ROLE_KEY}/20260101/eu-central-1/execute-api/aws4_request`,
    'X-Amz-Date': date(),
    'X-Amz-Signature': '00',
    ...parameters,
  });
  return `/?${query}`;
}

/** @returns the body of a refusal, which API Gateway writes with spaces */
function refusal(message: string) {
  return { status: 403, body: expect.stringContaining(`{"message": "${message}`) };
}

test('an unsigned handshake is refused, and $connect does not run', async () => {
  running = await start();
  expect(await running.refused()).toEqual(refusal('Missing Authentication Token'));
  expect(await running.refused('/', { headers: { authorization: 'Bearer abc' } })).toMatchObject({ status: 403 });
  expect(running.events).toEqual([]);
});

test.each([
  ['headers', '/', signed()],
  ['the query string', signedPath(), {}],
  ['the query string, with an expiry', signedPath({ 'X-Amz-Date': date(-600), 'X-Amz-Expires': '900' }), {}],
])('a handshake signed in %s is admitted if the role allows it', async (_where, path, options) => {
  running = await start();
  await running.connected(path, options);
  expect(asked).toEqual([[ROLE, 'execute-api:Invoke', CONNECT]]);
});

test("a handshake that the role does not allow is refused with AWS's message, and the log has the statement", async () => {
  running = await start(false);
  expect(await running.refused('/', signed())).toEqual(
    refusal(
      'User: arn:aws:sts::123456789012:assumed-role/Client/local is not authorized to perform: execute-api:Invoke ' +
        'on resource: arn:aws:execute-api:eu-central-1:********9012:abc123/prod/$connect',
    ),
  );
  expect(running.events).toEqual([]);
  expect(running.log.some(({ text }) => text.includes(JSON.stringify(STATEMENT)))).toBe(true);
});

test("keys that are not of this run are the user's own and may connect", async () => {
  running = await start(false);
  await running.connected('/', signed('AKIAIOSFODNN7EXAMPLE'));
  expect(asked).toEqual([]);
});

test.each([
  ['headers that are 6 minutes old', '/', signed(ROLE_KEY, date(-360)), 'Signature expired: '],
  ['headers 6 minutes ahead', '/', signed(ROLE_KEY, date(360)), 'Signature not yet current: '],
  ['no date', '/', signed(ROLE_KEY, ''), 'The request requires existence'],
  ['a query string of 6 minutes ago', signedPath({ 'X-Amz-Date': date(-360) }), {}, 'Signature expired: '],
  [
    'a query string that has expired',
    signedPath({ 'X-Amz-Date': date(-120), 'X-Amz-Expires': '60' }),
    {},
    'Signature expired: ',
  ],
])('a signature with %s is refused', async (_what, path, options, message) => {
  running = await start();
  expect(await running.refused(path, options)).toEqual(refusal(message));
});

test.each([
  [
    'a role',
    ROLE_KEY,
    { userArn: 'arn:aws:sts::123456789012:assumed-role/Client/local', caller: 'AROALOCALLOCALLOCALL:local' },
  ],
  [
    "the user's keys",
    'AKIAIOSFODNN7EXAMPLE',
    { userArn: 'arn:aws:iam::123456789012:user/local', caller: 'AIDALOCALLOCALLOCALL' },
  ],
])('the events of a connection that %s opened identify the signer', async (_who, accessKey, { userArn, caller }) => {
  running = await start();
  const client = await running.connected('/', signed(accessKey));
  client.send('x');
  expect(JSON.parse(await frame(client))).toEqual({
    ...{ accessKey, userArn, caller, user: caller },
    accountId: '123456789012',
    sourceIp: '127.0.0.1',
  });
});
