import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { type RunningAws, runAws } from './fixture';
import { PLACE } from '../place';

const POOL = {
  ...PLACE,
  logicalId: 'Pool',
  name: 'pool',
  arn: 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc',
  userPoolId: 'us-east-1_abc',
  issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc',
  clientIds: ['client'],
};

const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

let aws: RunningAws;

beforeAll(async () => {
  aws = await runAws({ userPools: [POOL], signingKey: newKey(), now: () => 1_700_000_000_999 });
});

afterAll(() => aws.close());

interface Tokens {
  readonly id_token: string;
  readonly access_token: string;
}

async function tokensOf(query: string): Promise<Tokens & { status: number; error?: string }> {
  const response = await fetch(`${aws.endpoint}/us-east-1_abc/token?${query}`);
  return { status: response.status, ...((await response.json()) as Tokens) };
}

/** @returns the claims of a token. Throws unless the pool's published key has signed it. */
async function claimsOf(token: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${aws.endpoint}/us-east-1_abc/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: { kid: string }[] };
  const [header = '', claims = '', signature = ''] = token.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const key = createPublicKey({ key: keys.find((one) => one.kid === kid) ?? {}, format: 'jwk' });
  if (!verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))) {
    throw new Error('The signature is wrong');
  }
  return JSON.parse(Buffer.from(claims, 'base64url').toString());
}

const TIMES = { auth_time: 1_700_000_000, iat: 1_700_000_000, exp: 1_700_003_600 };

/** An id that is new for each token. */
const ID = expect.stringMatching(/^[\da-f-]{36}$/);

/** Claims of both tokens. */
const COMMON = { iss: POOL.issuer, sub: 'alice', ...TIMES, origin_jti: ID, event_id: ID, jti: ID };

test("the token endpoint issues an ID token with Cognito's claims, for any subject and tenant", async () => {
  expect(await claimsOf((await tokensOf('subject=alice&tenant=acme&email=alice@example.com')).id_token)).toEqual({
    ...COMMON,
    ...{ aud: 'client', token_use: 'id', 'cognito:username': 'alice' },
    ...{ 'custom:tenant': 'acme', email: 'alice@example.com' },
  });
});

test("the token endpoint issues an access token with Cognito's claims", async () => {
  expect(await claimsOf((await tokensOf('subject=alice')).access_token)).toEqual({
    ...COMMON,
    ...{ client_id: 'client', token_use: 'access', username: 'alice', version: 2 },
    scope: 'aws.cognito.signin.user.admin',
  });
});

test('both tokens are of one sign-in', async () => {
  const { id_token, access_token } = await tokensOf('subject=alice&scope=topics:read');
  const [id, access] = [await claimsOf(id_token), await claimsOf(access_token)];
  expect(id.origin_jti).toBe(access.origin_jti);
  expect(id.jti).not.toBe(access.jti);
  expect([id.scope, access.scope]).toEqual(['topics:read', 'topics:read']);
});

test('the token endpoint issues tokens with any expiry and with wrong claims, for tests of their rejection', async () => {
  const query = 'subject=alice&tenant=acme&expires_in=-60&iss=https://login.evil.example&aud=other';
  const claims = await claimsOf((await tokensOf(query)).id_token);
  expect(claims).toMatchObject({ iss: 'https://login.evil.example', aud: 'other' });
  expect(Number(claims.exp)).toBe(Number(claims.iat) - 60);
});

test('the discovery document names the issuer and its keys', async () => {
  const response = await fetch(`${aws.endpoint}/us-east-1_abc/.well-known/openid-configuration`);
  expect(await response.json()).toMatchObject({
    issuer: POOL.issuer,
    jwks_uri: `${POOL.issuer}/.well-known/jwks.json`,
  });
});

test.each(['', 'tenant=acme', 'subject=alice&expires_in=soon'])(
  'the token endpoint rejects the query "%s" as an invalid request',
  async (query) => {
    expect(await tokensOf(query)).toMatchObject({ status: 400, error: 'invalid_request' });
  },
);

test('the token endpoint issues claims that are times as numbers', async () => {
  const { id_token } = await tokensOf('subject=alice&tenant=acme&nbf=1&ver=1');
  expect(await claimsOf(id_token)).toMatchObject({ nbf: 1, ver: '1' });
});

test('the published key set has no part of the private key', async () => {
  const response = await fetch(`${aws.endpoint}/us-east-1_abc/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: object[] };
  expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
});

test('the token endpoint rejects an unknown user pool', async () => {
  expect((await fetch(`${aws.endpoint}/us-east-1_other/token?subject=alice`)).status).toBe(400);
});

test('the token endpoint issues no tokens without a signing key', async () => {
  const without = await runAws({ userPools: [POOL] });
  expect((await fetch(`${without.endpoint}/us-east-1_abc/token?subject=alice`)).status).toBe(400);
  await without.close();
});
