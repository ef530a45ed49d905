import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { type RunningAws, runAws } from './fixture';

const POOL = {
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
  aws = await runAws({ userPools: [POOL], signingKey: newKey() });
});

afterAll(() => aws.close());

async function tokenOf(query: string): Promise<{ status: number; access_token: string; error?: string }> {
  const response = await fetch(`${aws.endpoint}/us-east-1_abc/token?${query}`);
  return { status: response.status, ...((await response.json()) as { access_token: string }) };
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

test('the token endpoint issues tokens for any subject and tenant, signed with the published key', async () => {
  const { access_token } = await tokenOf('subject=alice&tenant=acme&scope=topics:read');
  const issuer = `${aws.endpoint}/us-east-1_abc`;
  expect(await claimsOf(access_token)).toMatchObject({
    ...{ iss: issuer, aud: 'client', sub: 'alice', 'custom:tenant': 'acme', scope: 'topics:read' },
  });
});

test('the token endpoint issues tokens with any expiry and with wrong claims, for tests of their rejection', async () => {
  const query = 'subject=alice&tenant=acme&expires_in=-60&iss=https://login.evil.example&aud=other';
  const claims = await claimsOf((await tokenOf(query)).access_token);
  expect(claims).toMatchObject({ iss: 'https://login.evil.example', aud: 'other' });
  expect(Number(claims.exp)).toBe(Number(claims.iat) - 60);
});

test.each(['', 'tenant=acme', 'subject=alice&expires_in=soon'])(
  'the token endpoint rejects the query "%s" as an invalid request',
  async (query) => {
    expect(await tokenOf(query)).toMatchObject({ status: 400, error: 'invalid_request' });
  },
);

test('the token endpoint issues claims that are times as numbers', async () => {
  const { access_token } = await tokenOf('subject=alice&tenant=acme&nbf=1&ver=1');
  expect(await claimsOf(access_token)).toMatchObject({ nbf: 1, ver: '1' });
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
