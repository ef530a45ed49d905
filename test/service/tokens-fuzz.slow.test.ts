import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { createLocalJWKSet, SignJWT } from 'jose';
import { Problem } from '../../service/problem';
import { bearerTokens } from '../../service/tokens';
import { CLAIMS, NOW } from './token-claims';

jest.setTimeout(60_000);

const KID = 'key-1';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const authenticate = bearerTokens(
  {
    issuer: 'https://login.example.com/',
    audience: 'https://api.example.com',
    isCognito: false,
    keysUrl: 'https://login.example.com/keys',
    algorithms: ['RS256'],
    tenantClaim: 'tenant',
    requireScopes: true,
  },
  { now: () => NOW, maxAgeSeconds: 24 * 3600 },
  createLocalJWKSet({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KID, use: 'sig' }] }),
);

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    'RS256',
    'none',
    KID,
    '__proto__',
    ['exp'],
    { kty: 'oct', k: 'AAAA' },
    '\r\n',
    -1,
    2 ** 53,
    1e300,
  ),
);

const encoded = (text: string) => Buffer.from(text).toString('base64url');

/** Plausible headers with parameters that only some libraries process. */
const header = fc
  .tuple(
    fc.record(
      {
        alg: fc.oneof({ weight: 3, arbitrary: fc.constant('RS256') }, { weight: 1, arbitrary: odd }),
        kid: fc.oneof(fc.constant(KID), odd),
        typ: odd,
      },
      { requiredKeys: ['alg'] },
    ),
    fc.dictionary(fc.constantFrom('crit', 'b64', 'jwk', 'jku', 'x5c', 'x5u', 'zip', '__proto__'), odd),
  )
  .map((both) => encoded(JSON.stringify(Object.assign({}, ...both))));

const part = fc.oneof(header, fc.json({ maxDepth: 2 }).map(encoded), fc.stringMatching(/^[\w-]{0,20}$/));

test('every random text in place of a signed token is refused, and none causes an error', async () => {
  const text = fc.oneof(
    { weight: 9, arbitrary: fc.tuple(fc.oneof(header, part), part, part).map((parts) => parts.join('.')) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
  await fc.assert(
    fc.asyncProperty(text, async (token) => {
      await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({ code: 'unauthorized' });
    }),
    { numRuns: 1000 },
  );
});

test('every signed token with random claims is resolved to a principal with a tenant, or refused', async () => {
  const names = [...Object.keys(CLAIMS), 'nbf', 'scope', 'scp', 'cnf', 'client_id', 'token_use'];
  const changes = fc.dictionary(fc.constantFrom(...names), odd, { maxKeys: 2 });
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(changes, async (claims) => {
      const token = await new SignJWT(JSON.parse(JSON.stringify({ ...CLAIMS, ...claims })))
        .setProtectedHeader({ alg: 'RS256', kid: KID })
        .sign(privateKey);
      const outcome = await authenticate(`Bearer ${token}`).catch((error: unknown) => error);
      if (outcome instanceof Problem) {
        seen.add(outcome.code);
      } else {
        seen.add('accepted');
        const { sub, tenant } = { ...CLAIMS, ...claims };
        expect(outcome).toMatchObject({ subject: sub, tenant, scopes: expect.any(Array) });
        expect(JSON.stringify([sub, tenant])).toMatch(/^\["[\w.:@|-]{1,128}","[\w.:@|-]{1,128}"\]$/);
      }
    }),
    { numRuns: 500 },
  );
  expect([...seen].sort()).toEqual(['accepted', 'forbidden', 'unauthorized']);
});
