import { generateKeyPairSync } from 'node:crypto';
import { type Aws, startAws } from '../../../tools/local';
import { issuerKeys } from '../../../service/issuer-keys';
import { bearerTokens } from '../../../service/tokens';

const POOL = {
  ...{ stack: 'App', region: 'us-east-1', accountId: '000000000000' },
  logicalId: 'Pool',
  name: 'pool',
  arn: 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc',
  userPoolId: 'us-east-1_abc',
  issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc',
  clientIds: ['client'],
};

let aws: Aws;

beforeAll(async () => {
  aws = await startAws({
    blueprint: { accountId: '000000000000', tables: [], queues: [], userPools: [POOL] },
    port: 0,
    signingKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
    authorizer: { authorize: async (_role, action, resource) => ({ allowed: true, action, resource }) },
    log: () => undefined,
  });
});

afterAll(() => aws.close());

/** Verifies a token of the local user pool as the service does. */
async function check(query: string, kind: 'id_token' | 'access_token' = 'id_token'): Promise<object> {
  const local = `${aws.endpoint}/us-east-1_abc`;
  const rules = {
    issuer: POOL.issuer,
    audience: 'client',
    isCognito: true,
    keysUrl: `${local}/.well-known/jwks.json`,
    algorithms: ['RS256'],
    tenantClaim: 'custom:tenant',
    requireScopes: false,
  };
  const tokens = (await (await fetch(`${local}/token?${query}`)).json()) as Record<typeof kind, string>;
  const now = Date.now;
  const keys = issuerKeys(rules, { now, logger: () => undefined });
  return bearerTokens(rules, { now, maxAgeSeconds: 3600 }, keys)(`Bearer ${tokens[kind]}`);
}

test.each(['id_token', 'access_token'] as const)('the service accepts the %s of the local user pool', async (kind) => {
  const principal = await check('subject=alice&tenant=acme&scope=topics:read', kind);
  expect(principal).toMatchObject({ subject: 'alice', tenant: 'acme', scopes: ['topics:read'] });
});

test.each([
  'expires_in=-60',
  'iss=https://login.evil.example',
  'aud=other',
  `nbf=${Math.floor(Date.now() / 1000) + 600}`,
])('the service rejects a token of the local user pool with %s', async (wrong) => {
  await expect(check(`subject=alice&tenant=acme&${wrong}`)).rejects.toMatchObject({ code: 'unauthorized' });
});
