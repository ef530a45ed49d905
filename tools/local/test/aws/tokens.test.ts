import { generateKeyPairSync } from 'node:crypto';
import { bearerTokens } from '../../../../service/tokens';
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

/** The service’s own check of a token, with the rules of the pool. */
function check(token: string): Promise<object> {
  const issuer = `${aws.endpoint}/us-east-1_abc`;
  const rules = {
    issuer,
    audience: 'client',
    keysUrl: `${issuer}/.well-known/jwks.json`,
    algorithms: ['RS256'],
    tenantClaim: 'custom:tenant',
  };
  return bearerTokens(rules, { now: Date.now, maxAgeSeconds: 3600 })(`Bearer ${token}`);
}

it('gives tokens of any subject and tenant, which the service takes', async () => {
  const { access_token } = await tokenOf('subject=alice&tenant=acme&scope=topics:read');
  expect(await check(access_token)).toMatchObject({ subject: 'alice', tenant: 'acme', scopes: ['topics:read'] });
});

it('gives tokens that end when it is told, and with claims that are wrong, to try those', async () => {
  const toCome = Math.floor(Date.now() / 1000) + 60;
  for (const wrong of ['expires_in=-60', 'iss=https://login.evil.example', 'aud=other', `nbf=${toCome}`]) {
    const { access_token } = await tokenOf(`subject=alice&tenant=acme&${wrong}`);
    await expect(check(access_token)).rejects.toMatchObject({ code: 'unauthorized' });
  }
});

it.each(['', 'tenant=acme', 'subject=alice&expires_in=soon'])(
  'says what a token needs, where it is asked %s',
  async (query) => {
    expect(await tokenOf(query)).toMatchObject({ status: 400, error: 'invalid_request' });
  },
);

it('gives times as numbers', async () => {
  const { access_token } = await tokenOf('subject=alice&tenant=acme&nbf=1&ver=1');
  const claims = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({ nbf: 1, ver: '1' });
});

it('publishes its key and nothing of its private half', async () => {
  const response = await fetch(`${aws.endpoint}/us-east-1_abc/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: object[] };
  expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
});

it('answers nothing for a pool that is not there', async () => {
  expect((await fetch(`${aws.endpoint}/us-east-1_other/token?subject=alice`)).status).toBe(400);
});

it('without a key there are no tokens', async () => {
  const without = await runAws({ userPools: [POOL] });
  expect((await fetch(`${without.endpoint}/us-east-1_abc/token?subject=alice`)).status).toBe(400);
  await without.close();
});
