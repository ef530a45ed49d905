import { generateKeyPairSync } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import { FUNCTION_WAIT } from '../../lambda/adapters/hint-queue';
import { environmentCredentials } from '../../lambda/aws/credentials';
import { deployedApp } from '../../service/deployed-app';
import { type EmbeddedDynamoDB, embeddedDynamoDB } from '../support/embedded/dynamodb';
import { type LoopbackServer, serveOnLoopback } from '../support/embedded/http';
import { MemoryMetrics } from '../support/memory/metrics';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ISSUER = 'https://login.example.com/';
const AUDIENCE = 'https://api.example.com';
const HOUR = 3600;

const environment = process.env;
let dynamo: EmbeddedDynamoDB;
let issuer: LoopbackServer;

beforeAll(async () => {
  dynamo = await embeddedDynamoDB('log', 'admission');
  const keys = [{ ...publicKey.export({ format: 'jwk' }), use: 'sig' }];
  issuer = await serveOnLoopback((_, response) => void response.end(JSON.stringify({ keys })));
});

beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = environment;
});

afterAll(() => Promise.all([dynamo.close(), issuer.close()]));

/** The service with the variables of a deployment with authentication, except for some. */
function deployed(variables: Record<string, string> = {}, waitForHint = 0) {
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'embedded',
    AWS_SECRET_ACCESS_KEY: 'embedded',
    MESSAGE_LOG_TABLE: 'log',
    MESSAGE_RETENTION_SECONDS: '3600',
    HINT_QUEUE_URL: 'none',
    ALLOWED_ORIGINS: 'https://app.example.com',
    ADMISSION_TABLE: 'admission',
    SUBJECT_RATE_LIMIT: '100/200',
    CONNECTIONS_PER_SUBJECT: '20',
    TOKEN_RULES: JSON.stringify({
      issuer: ISSUER,
      audience: AUDIENCE,
      isCognito: false,
      keysUrl: `${issuer.endpoint}/keys`,
      algorithms: ['RS256'],
      tenantClaim: 'tenant',
      requireScopes: false,
    }),
    ...variables,
  };
  return deployedApp({
    documentation: dirname(require.resolve('swagger-ui-dist/package.json')),
    credentials: environmentCredentials,
    waitForHint,
    metrics: new MemoryMetrics(),
  });
}

/** A token that was issued some hours ago, and expires in 48 hours. */
function tokenOf(hoursAgo: number): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'alice', tenant: 'acme' })
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuedAt(now - hoursAgo * HOUR)
    .setExpirationTime(now + 48 * HOUR)
    .sign(privateKey);
}

test.each([
  [23.5, 201],
  [24.5, 401],
])('a token that was issued %d hours ago and has not expired gets %d for a ticket', async (hoursAgo, status) => {
  const headers = { authorization: `Bearer ${await tokenOf(hoursAgo)}` };
  expect((await deployed().request('/v1/tickets', { method: 'POST', headers })).status).toBe(status);
});

test('requests need a token also if a deployment has rules for tokens and no admission table', async () => {
  const response = await deployed({ ADMISSION_TABLE: 'none' }).request('/v1/topics/a/messages');
  expect(response.status).toBe(401);
});

test('the service does not start if a deployment has an admission table and no rules for tokens', () => {
  expect(() => deployed({ TOKEN_RULES: 'none' })).toThrow();
});

test.each([
  ['a container', 0],
  ['a function', FUNCTION_WAIT],
])('%s responds to a publish although the hint queue does not, and sends the hint without data', async (_, waits) => {
  const requests = new EventEmitter();
  const arrived = once(requests, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  const queue = await serveOnLoopback((...request) => void requests.emit('request', ...request));
  try {
    const variables = {
      AWS_ENDPOINT_URL_SQS: queue.endpoint,
      HINT_QUEUE_URL: `${queue.endpoint}/hints`,
      HINT_AFTER_MILLISECONDS: '600',
    };
    const headers = { authorization: `Bearer ${await tokenOf(1)}`, 'content-type': 'application/json' };
    const topic = `of.${waits}`;
    const response = await deployed(variables, waits).request(`/v1/topics/${topic}/messages`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ data: 'secret' }),
    });
    expect(response.status).toBe(201);
    const { epoch } = (await response.json()) as { epoch: string };
    const [hint, answer] = await arrived;
    const { MessageBody } = JSON.parse(await text(hint)) as { MessageBody: string };
    expect(JSON.parse(MessageBody)).toEqual({ topic: `acme/${topic}`, epoch, first: 1, last: 1 });
    await new Promise<void>((resolve) => answer.end('{}', resolve));
  } finally {
    await queue.close();
  }
});
