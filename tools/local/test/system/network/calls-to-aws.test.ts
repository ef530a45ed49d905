import { join } from 'node:path';
import { RunningApp } from '../../running-app';
import { callsApp } from './calls-app';

jest.setTimeout(60_000);

let app: RunningApp;

beforeAll(async () => {
  app = await RunningApp.start(callsApp(join(__dirname, 'outside.js')));
});

afterAll(async () => {
  await app.stop();
});

/** Lets the function run code. @returns its result, or the error that it threw */
async function run(code: string): Promise<unknown> {
  const response = await fetch(`${app.url('http')}/`, { method: 'POST', body: code });
  const { result, error } = (await response.json()) as { result?: unknown; error?: unknown };
  return error ?? result;
}

/** Headers of a request that is signed with the role of the function, as SDKs sign. */
const SIGNED = `{ authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/eu-west-1/x/aws4_request' }`;

/** Lets a client that does not know AWS_ENDPOINT_URL, such as the SDK for JavaScript 2, ask DynamoDB for the state of a table. */
const OLD_CLIENT = (module: string) => `
  const headers = { ...${SIGNED}, 'x-amz-target': 'DynamoDB_20120810.DescribeTable', 'content-type': 'application/x-amz-json-1.0' };
  return new Promise((resolve, reject) => {
    const request = require('node:${module}').request({ host: 'dynamodb.eu-west-1.amazonaws.com', method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (data) => (text += data)).on('end', () => resolve(JSON.parse(text).Table.TableStatus));
    });
    request.on('error', reject).end('{"TableName":"things"}');
  });`;

const GONE = 410;

const CONNECTION = '@connections/L0SM9cOFvHcCIhw=';

/** The URL of a connection that does not exist: the API answers with 410. */
const URL_OF_CONNECTION = `'https://' + process.env.API + '.execute-api.eu-west-1.amazonaws.com/prod/${CONNECTION}'`;

describe('a call of a function reaches', () => {
  test('the management API by the SDK, at the endpoint that AWS documents', async () => {
    const code = `
      const { ApiGatewayManagementApiClient, GetConnectionCommand } = require('@aws-sdk/client-apigatewaymanagementapi');
      const endpoint = 'https://' + process.env.API + '.execute-api.eu-west-1.amazonaws.com/prod';
      await new ApiGatewayManagementApiClient({ endpoint }).send(new GetConnectionCommand({ ConnectionId: 'L0SM9cOFvHcCIhw=' }));`;
    expect(await run(code)).toMatchObject({ name: 'GoneException' });
  });

  test.each(['https', 'http'])('DynamoDB by %s, without AWS_ENDPOINT_URL', async (module) => {
    expect(await run(OLD_CLIENT(module))).toBe('ACTIVE');
  });

  test('DynamoDB by an SDK that does not read AWS_ENDPOINT_URL', async () => {
    const code = `
      const { DynamoDBClient, ListTablesCommand, PutItemCommand } = require('@aws-sdk/client-dynamodb');
      const client = new DynamoDBClient({ endpoint: 'https://dynamodb.eu-west-1.amazonaws.com' });
      return (await client.send(new PutItemCommand({ TableName: 'things', Item: { id: { S: 'a' } } }))).$metadata.httpStatusCode;`;
    expect(await run(code)).toBe(200);
  });

  test('an API by fetch', async () => {
    expect(await run(`return (await fetch(${URL_OF_CONNECTION}, { headers: ${SIGNED} })).status`)).toBe(GONE);
  });

  test('an API by the ES module of the HTTPS client', async () => {
    const code = `
      const { get } = await import('node:https');
      return new Promise((resolve, reject) => get(${URL_OF_CONNECTION}, { headers: ${SIGNED} }, ({ statusCode }) => resolve(statusCode)).on('error', reject));`;
    expect(await run(code)).toBe(GONE);
  });

  test('an API by a socket that resolves the name first', async () => {
    const code = `
      const host = process.env.API + '.execute-api.eu-west-1.amazonaws.com';
      const { address } = await require('node:dns').promises.lookup(host);
      const options = { host: address, servername: host, path: '/prod', headers: { host } };
      return new Promise((resolve, reject) => require('node:https').get(options, ({ statusCode }) => resolve(statusCode)).on('error', reject));`;
    expect(await run(code)).toBe(426);
  });

  test('a load balancer by its DNS name', async () => {
    const response = await run(
      `return (await fetch('http://' + process.env.BALANCER, { method: 'POST', body: 'return 1' })).text()`,
    );
    expect(response).toBe('{"result":1}');
  });
});

describe('the verifier that AWS recommends, in a function,', () => {
  /** @returns the result for a token of the run's user pool, which the query describes */
  async function verify(kind: 'id' | 'access', query: string, pool = 'process.env.POOL'): Promise<unknown> {
    const response = await fetch(`${app.url('token')}?subject=alice&${query}`);
    const tokens = (await response.json()) as Record<string, string>;
    return run(`
      const { CognitoJwtVerifier } = require(at + '/programs/verifier.js');
      const verifier = CognitoJwtVerifier.create({ userPoolId: ${pool}, tokenUse: '${kind}', clientId: process.env.CLIENT });
      return (await verifier.verify('${tokens[`${kind}_token`]}')).sub`);
  }

  test.each(['id', 'access'] as const)('accepts the %s token', async (kind) => {
    expect(await verify(kind, '')).toBe('alice');
  });

  test.each([
    ['an ID token for another client', 'id', 'aud=other', /^Client ID \("audience"\) not allowed/],
    ['an access token for another client', 'access', 'client_id=other', /^Client ID not allowed/],
    ['an expired token', 'access', 'expires_in=-60', /^Token expired/],
    [
      'a token of another issuer',
      'id',
      'iss=https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_other',
      /^issuer not configured/,
    ],
  ] as const)('rejects %s', async (_, kind, query, message) => {
    expect(await verify(kind, query)).toMatchObject({ message: expect.stringMatching(message) });
  });

  test('rejects a token if it expects a user pool that is not in the assembly', async () => {
    const iss = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_other';
    const result = await verify('id', `iss=${iss}`, `'eu-west-1_other'`);
    expect(result).toMatchObject({ message: expect.stringContaining('eu-west-1_other') });
    await app.line(({ text }) => text.includes('The user pool eu-west-1_other is not in this assembly.'));
  });
});

describe('a program that a function starts reaches an API', () => {
  const GET = `const file = at + '/programs/get.js', url = ${URL_OF_CONNECTION};
    const { execFile, execFileSync, execSync, spawnSync } = require('node:child_process');
    const exec = require('node:util').promisify(execFile);`;

  // Its requests are not signed.
  const UNSIGNED = '403';

  test.each([
    ['with the environment of the function', `(await exec(process.execPath, [file, url])).stdout`],
    ['with an empty environment', `(await exec(process.execPath, [file, url], { env: {} })).stdout`],
    [
      'with other options of Node.js',
      `(await exec(process.execPath, [file, url], { env: { NODE_OPTIONS: '--no-deprecation' } })).stdout`,
    ],
    [
      'by a shell that replaces its options',
      `(await exec('sh', ['-c', 'NODE_OPTIONS= node "$0" "$1"', file, url])).stdout`,
    ],
    ['synchronously', `String(execFileSync(process.execPath, [file, url], { env: {} }))`],
    ['synchronously, with the environment of the function', `String(spawnSync(process.execPath, [file, url]).stdout)`],
    ['synchronously by a shell', `String(execSync('node "' + file + '" ' + url, { env: { PATH: process.env.PATH } }))`],
  ])('%s', async (_, call) => {
    expect(await run(`${GET} return ${call}`)).toBe(UNSIGNED);
  });

  test.each([
    ['that inherits everything', '{ workerData }'],
    ['with options of its own', '{ workerData, execArgv: [], env: {} }'],
  ])('in a worker thread %s', async (_, options) => {
    const code = `
      const { Worker } = require('node:worker_threads');
      const workerData = ${URL_OF_CONNECTION};
      const [status] = await require('node:events').once(new Worker(at + '/programs/worker.js', ${options}), 'message');
      return String(status);`;
    expect(await run(code)).toBe(UNSIGNED);
  });
});

describe('a call of a function to a service that does not run here', () => {
  test('fails within a second, with one line in the log that names function, host and service', async () => {
    const code = `
      const since = performance.now();
      const bodies = [];
      for (const path of ['/key', '/other']) {
        bodies.push(await (await fetch('https://bucket.s3.eu-west-1.amazonaws.com' + path, { headers: ${SIGNED} })).json());
      }
      return { bodies, quick: performance.now() - since < 1000 };`;
    const message = 'bucket.s3.eu-west-1.amazonaws.com: Amazon S3 does not run here. The request was not sent.';
    const body = { __type: 'NotEmulated', message };
    expect(await run(code)).toEqual({ bodies: [body, body], quick: true });
    await app.line(({ text }) => text === message);
    const lines = app.log.filter(({ text }) => text === message);
    expect(lines).toEqual([expect.objectContaining({ level: 'warn', of: expect.stringMatching(/^Caller/) })]);
  });

  test('at another port is refused at once, with a line in the log', async () => {
    const host = 'db.c1.eu-west-1.rds.amazonaws.com';
    const code = `return require('node:events').once(require('node:net').connect(5432, '${host}'), 'connect')`;
    expect(await run(code)).toMatchObject({ code: 'ECONNREFUSED' });
    const line = await app.line(({ text }) => text.startsWith(host));
    expect(line.text).toBe(`${host}: Nothing runs here at port 5432. The connection was not opened.`);
  });
});

test.each([
  'http://169.254.169.254/latest/meta-data/',
  'http://169.254.170.2/v2/credentials',
  'http://[fd00:ec2::254]/',
])('the metadata at %s is refused at once', async (url) => {
  expect(await run(`return (await fetch('${url}')).status`)).toMatchObject({ code: 'ECONNREFUSED' });
});

test('a call to a third party leaves the machine, and no call to AWS does', async () => {
  await run(`return fetch('https://api.example.org/')`);
  await run(`return fetch(${URL_OF_CONNECTION})`);
  await run(`return fetch('https://s3.amazonaws.com')`);
  await run(`return require('node:dns').promises.resolve4('sqs.eu-west-1.amazonaws.com')`);
  await run(`return new Promise((resolve) => require('node:dns').resolve('sqs.eu-west-1.amazonaws.com', resolve))`);
  await app.line(({ text }) => text === 'looked up api.example.org');
  const traced = app.log.map(({ text }) => text).filter((text) => /^(opened|looked up) /.test(text));
  expect(new Set(traced)).toEqual(new Set(['opened 127.0.0.1', 'looked up api.example.org']));
});

test('the proxy of the user is not used by functions', async () => {
  expect(await run(`return Object.keys(process.env).filter((name) => /proxy/i.test(name))`)).toEqual([]);
});
