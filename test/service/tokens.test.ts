import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { CompactSign, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { Unavailable } from '../../lambda/realtime/ports';
import { issuerKeys } from '../../service/issuer-keys';
import { type Authenticate, bearerTokens, parseTokenRules, type TokenRules } from '../../service/tokens';
import { type LoopbackServer, serveOnLoopback } from '../support/embedded/http';
import { CLAIMS, NOW, SECONDS } from './token-claims';

const newKey = () => ({ kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
type Key = ReturnType<typeof newKey>;

const key = newKey();
const stranger = newKey();

let issuer: LoopbackServer;
/** Keys that the issuer publishes; undefined: the issuer responds with 500. */
let published: Key[] | undefined;
/** Number of requests to the issuer. */
let fetches: number;
let authenticate: Authenticate;

beforeAll(async () => {
  issuer = await serveOnLoopback(async (_, response) => {
    fetches += 1;
    const keys = published?.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }));
    response.writeHead(keys ? 200 : 500, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
  });
});

afterAll(() => issuer.close());

beforeEach(() => {
  published = [key];
  fetches = 0;
  authenticate = authenticator();
});

function authenticator(changes: Partial<TokenRules> = {}): Authenticate {
  const rules = {
    issuer: 'https://login.example.com/',
    audience: 'https://api.example.com',
    isCognito: false,
    keysUrl: `${issuer.endpoint}/keys`,
    algorithms: ['RS256'],
    tenantClaim: 'tenant',
    requireScopes: true,
    ...changes,
  };
  const now = () => NOW;
  return bearerTokens(rules, { now, maxAgeSeconds: 24 * 3600 }, issuerKeys(rules, { now, logger: () => undefined }));
}

/** A signed token. `claims` replace the default ones; undefined removes a claim. */
function signed(claims: JWTPayload = {}, by: Key = key, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  return new SignJWT(JSON.parse(JSON.stringify({ ...CLAIMS, ...claims })))
    .setProtectedHeader({ alg: 'RS256', kid: by.kid, ...header })
    .sign(by.privateKey);
}

/** A token with any header and signature. */
function forged(header: object, signature: (signed: string) => string): string {
  const text = [header, CLAIMS].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${signature(text)}`;
}

const unauthorized = (challenge: string) =>
  expect.objectContaining({ code: 'unauthorized', headers: { 'WWW-Authenticate': challenge } });
const INVALID = unauthorized('Bearer error="invalid_token"');

it('a valid token is resolved to its principal', async () => {
  expect(await authenticate(`Bearer ${await signed({ scope: 'topics:read' })}`)).toEqual({
    subject: 'alice',
    tenant: 'acme',
    scopes: ['topics:read'],
    issuedAt: SECONDS - 60,
    expiresAt: SECONDS + 600,
  });
});

it('the scheme Bearer is accepted in any case, and the audience in a list', async () => {
  const token = await signed({ aud: ['https://other.example.com', 'https://api.example.com'] });
  expect(await authenticate(`bearer ${token}`)).toMatchObject({ subject: 'alice' });
});

it.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer abc', 'Basic YWxpY2U6c2VjcmV0', 'Bearer a.b.c d'])(
  'an Authorization header without a token is refused: %s',
  async (authorization) => {
    await expect(authenticate(authorization)).rejects.toEqual(unauthorized('Bearer'));
    expect(fetches).toBe(0);
  },
);

it.each<[string, JWTPayload]>([
  ['another issuer', { iss: 'https://login.example.com.evil.com/' }],
  ['no issuer', { iss: undefined }],
  ['another audience', { aud: 'https://other.example.com' }],
  ['no audience', { aud: undefined }],
  [
    'client_id instead of an audience, if it is not an access token',
    { aud: undefined, client_id: CLAIMS.aud as string },
  ],
  ['no subject', { sub: undefined }],
  ['an expiry in the past', { exp: SECONDS - 6 }],
  ['no expiry', { exp: undefined }],
  ['a nbf in the future', { nbf: SECONDS + 6 }],
  ['a time of issue in the future', { iat: SECONDS + 6 }],
  ['no time of issue', { iat: undefined }],
  ['an expiry that is no safe integer', { exp: 2 ** 53 }],
  ['an expiry of 1e300', { exp: 1e300 }],
  ['a nbf of -1e300', { nbf: -1e300 }],
  ['client_id instead of an audience', { aud: undefined, client_id: CLAIMS.aud as string, token_use: 'access' }],
  ['a key that its client must prove to have', { cnf: { jkt: 'abc' } }],
  ['a claim cnf that is empty', { cnf: null as unknown as undefined }],
  ['the event of a logout', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  ['a time of issue before the time for which logouts are remembered', { iat: SECONDS - 24 * 3600 - 6 }],
])('a token with %s is refused', async (_, claims) => {
  await expect(authenticate(`Bearer ${await signed(claims)}`)).rejects.toEqual(INVALID);
});

it.each<[string, JWTPayload]>([
  ['an expiry 4 seconds ago', { exp: SECONDS - 4 }],
  ['a nbf in 4 seconds', { nbf: SECONDS + 4 }],
])('a clock difference of 4 seconds is tolerated: %s', async (_, claims) => {
  expect(await authenticate(`Bearer ${await signed(claims)}`)).toMatchObject({ subject: 'alice' });
});

it.each([
  'logout+jwt',
  'secevent+jwt',
  'dpop+jwt',
  'id_token+jwt',
  'application/token-introspection+jwt',
  'JWE',
  '',
  'jwt ',
  'text/jwt',
  7,
  null,
  ['JWT'],
])('a token of the type %j is refused', async (typ) => {
  await expect(authenticate(`Bearer ${await signed({}, key, { typ: typ as string })}`)).rejects.toEqual(INVALID);
});

it.each(['JWT', 'jwt', 'application/jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', undefined])(
  'a token of the type %s is accepted',
  async (typ) => {
    expect(await authenticate(`Bearer ${await signed({}, key, { typ })}`)).toMatchObject({ subject: 'alice' });
  },
);

it.each(['{"exp":1e400}', '{"iat":-1e400}', '{"nbf":-1e400}', '{"exp":9007199254740993}'])(
  'a token with the time %s, which JSON can contain but no table, is refused',
  async (times) => {
    const text = `${JSON.stringify({ ...CLAIMS, [Object.keys(JSON.parse(times))[0] ?? '']: undefined }).slice(0, -1)},${times.slice(1)}`;
    const token = await new CompactSign(Buffer.from(text))
      .setProtectedHeader({ alg: 'RS256', kid: key.kid })
      .sign(key.privateKey);
    await expect(authenticate(`Bearer ${token}`)).rejects.toEqual(INVALID);
  },
);

it('times with fractions of a second are accepted, and are rounded down', async () => {
  const token = await signed({ iat: SECONDS - 59.5, nbf: SECONDS - 59.5, exp: SECONDS + 600.5 });
  expect(await authenticate(`Bearer ${token}`)).toMatchObject({ issuedAt: SECONDS - 60, expiresAt: SECONDS + 600 });
});

it('a token that expires later than its maximum age is an authorization only until that age', async () => {
  const token = await signed({ exp: SECONDS + 365 * 24 * 3600 });
  expect(await authenticate(`Bearer ${token}`)).toMatchObject({ expiresAt: SECONDS - 60 + 24 * 3600 });
});

it('an unsigned token is refused', async () => {
  for (const alg of ['none', 'None', 'NONE']) {
    await expect(authenticate(`Bearer ${forged({ alg }, () => 'AAAA')}`)).rejects.toEqual(INVALID);
  }
  const empty = forged({ alg: 'none' }, () => '');
  await expect(authenticate(`Bearer ${empty}`)).rejects.toEqual(unauthorized('Bearer'));
});

it('a token that is signed with the public key as an HMAC secret is refused', async () => {
  const pem = createPublicKey(key.privateKey).export({ format: 'pem', type: 'spki' });
  const token = forged({ alg: 'HS256', kid: key.kid }, (text) =>
    createHmac('sha256', pem).update(text).digest('base64url'),
  );
  await expect(authenticate(`Bearer ${token}`)).rejects.toEqual(INVALID);
});

it('an algorithm outside of the rules is refused, even if the signature is valid', async () => {
  await expect(authenticate(`Bearer ${await signed({}, key, { alg: 'RS512' })}`)).rejects.toEqual(INVALID);
});

it('a key that the issuer does not publish is refused, also with the id of a published key', async () => {
  await expect(authenticate(`Bearer ${await signed({}, stranger)}`)).rejects.toEqual(INVALID);
  await expect(authenticate(`Bearer ${await signed({}, stranger, { kid: key.kid })}`)).rejects.toEqual(INVALID);
});

it('a token with changed claims is refused', async () => {
  const [header, , signature] = (await signed()).split('.');
  const claims = Buffer.from(JSON.stringify({ ...CLAIMS, tenant: 'rival' })).toString('base64url');
  await expect(authenticate(`Bearer ${header}.${claims}.${signature}`)).rejects.toEqual(INVALID);
});

it('an access token of Cognito is accepted by its client_id', async () => {
  authenticate = authenticator({ isCognito: true });
  const access = { aud: undefined, client_id: 'https://api.example.com', token_use: 'access' };
  expect(await authenticate(`Bearer ${await signed(access)}`)).toMatchObject({ subject: 'alice' });
  const other = await signed({ ...access, client_id: 'other' });
  await expect(authenticate(`Bearer ${other}`)).rejects.toEqual(INVALID);
});

it.each([undefined, '', 'a/b', 7])('a token with the tenant %j is forbidden', async (tenant) => {
  await expect(authenticate(`Bearer ${await signed({ tenant })}`)).rejects.toMatchObject({ code: 'forbidden' });
});

it.each<JWTPayload>([{ scope: 7 }, { scp: { 'topics:read': true } }, { scope: ['topics:read', 7] }])(
  'a token with scopes that cannot be read is forbidden: %j',
  async (claims) => {
    await expect(authenticate(`Bearer ${await signed(claims)}`)).rejects.toMatchObject({ code: 'forbidden' });
  },
);

it('a token without scopes has access to topics only if the rules require none', async () => {
  const token = `Bearer ${await signed()}`;
  expect(await authenticate(token)).toMatchObject({ scopes: [] });
  authenticate = authenticator({ requireScopes: false });
  expect(await authenticate(token)).toMatchObject({ scopes: ['topics:read', 'topics:write'] });
});

it('the prefix of the rules is removed from scopes', async () => {
  authenticate = authenticator({ scopePrefix: 'api/' });
  expect(await authenticate(`Bearer ${await signed({ scope: 'openid api/topics:read' })}`)).toMatchObject({
    scopes: ['topics:read'],
  });
});

it('a token whose key cannot be fetched is not refused as invalid, because it may be valid', async () => {
  published = undefined;
  await expect(authenticate(`Bearer ${await signed()}`)).rejects.toThrow(Unavailable);
});

describe('token rules', () => {
  const rules = {
    issuer: 'https://a.example',
    audience: 'b',
    isCognito: true,
    keysUrl: 'https://c.example',
    algorithms: ['ES256'],
    tenantClaim: 't',
    requireScopes: true,
  };

  it('are read from JSON, with or without the URL of the keys and the prefix of scopes', () => {
    expect(parseTokenRules(JSON.stringify(rules))).toEqual(rules);
    expect(parseTokenRules(JSON.stringify({ ...rules, scopePrefix: 'api/' }))).toMatchObject({ scopePrefix: 'api/' });
    const { keysUrl: _, ...discovered } = rules;
    expect(parseTokenRules(JSON.stringify(discovered))).toEqual(discovered);
  });

  it.each([
    { issuer: '' },
    { audience: '' },
    { keysUrl: 'keys' },
    { algorithms: [] },
    { tenantClaim: undefined },
    { requireScopes: undefined },
    { isCognito: undefined },
  ])('cause an error at start if they have %j', (changes) => {
    expect(() => parseTokenRules(JSON.stringify({ ...rules, ...changes }))).toThrow();
  });

  it('cannot be "none"', () => {
    expect(() => parseTokenRules('none')).toThrow();
  });
});
