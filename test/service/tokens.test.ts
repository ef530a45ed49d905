import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { Unavailable } from '../../lambda/realtime/ports';
import { type Authenticate, bearerTokens, parseTokenRules, type TokenRules } from '../../service/tokens';
import { type LoopbackServer, serveOnLoopback } from '../support/embedded/http';
import { CLAIMS, NOW, SECONDS } from './token-claims';

const newKey = () => ({ kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
type Key = ReturnType<typeof newKey>;

const key = newKey();
const stranger = newKey();

let issuer: LoopbackServer;
/** The keys that the issuer publishes, and how often it was asked; undefined: it is out of order. */
let published: Key[] | undefined;
let asked: number;
let authenticate: Authenticate;

beforeAll(async () => {
  issuer = await serveOnLoopback(async (_, response) => {
    asked += 1;
    const keys = published?.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }));
    response.writeHead(keys ? 200 : 500, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
  });
});

afterAll(() => issuer.close());

beforeEach(() => {
  published = [key];
  asked = 0;
  authenticate = take();
});

function take(rules: Partial<TokenRules> = {}): Authenticate {
  return bearerTokens(
    {
      issuer: 'https://login.example.com/',
      audience: 'https://api.example.com',
      keysUrl: `${issuer.endpoint}/keys`,
      algorithms: ['RS256'],
      tenantClaim: 'tenant',
      ...rules,
    },
    { now: () => NOW, maxAgeSeconds: 24 * 3600 },
  );
}

/** A token with these claims instead: undefined takes one away. */
function signed(claims: JWTPayload = {}, by: Key = key, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  return new SignJWT(JSON.parse(JSON.stringify({ ...CLAIMS, ...claims })))
    .setProtectedHeader({ alg: 'RS256', kid: by.kid, ...header })
    .sign(by.privateKey);
}

/** A token that is put together by hand. */
function forged(header: object, signature: (signed: string) => string): string {
  const text = [header, CLAIMS].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${signature(text)}`;
}

const unauthorized = (challenge: string) =>
  expect.objectContaining({ code: 'unauthorized', headers: { 'WWW-Authenticate': challenge } });
const INVALID = unauthorized('Bearer error="invalid_token"');

it('tells whose token it is', async () => {
  expect(await authenticate(`Bearer ${await signed({ scope: 'topics:read' })}`)).toEqual({
    subject: 'alice',
    tenant: 'acme',
    scopes: ['topics:read'],
    issuedAt: SECONDS - 60,
    expiresAt: SECONDS + 600,
  });
});

it('takes the word Bearer in any case, and an audience among others', async () => {
  const token = await signed({ aud: ['https://other.example.com', 'https://api.example.com'] });
  expect(await authenticate(`bearer ${token}`)).toMatchObject({ subject: 'alice' });
});

it.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer abc', 'Basic YWxpY2U6c2VjcmV0', 'Bearer a.b.c d'])(
  'asks for a token where there is none: %s',
  async (authorization) => {
    await expect(authenticate(authorization)).rejects.toEqual(unauthorized('Bearer'));
    expect(asked).toBe(0);
  },
);

it.each<[string, JWTPayload]>([
  ['another issuer', { iss: 'https://login.example.com.evil.com/' }],
  ['no issuer', { iss: undefined }],
  ['another audience', { aud: 'https://other.example.com' }],
  ['no audience', { aud: undefined }],
  ['a client instead of an audience, if it is no access token', { aud: undefined, client_id: CLAIMS.aud as string }],
  ['no subject', { sub: undefined }],
  ['an end that has passed', { exp: SECONDS - 6 }],
  ['no end', { exp: undefined }],
  ['a beginning that is to come', { nbf: SECONDS + 6 }],
  ['an issue that is to come', { iat: SECONDS + 6 }],
  ['no time of issue', { iat: undefined }],
  ['an issue longer ago than logouts are remembered', { iat: SECONDS - 24 * 3600 - 6 }],
])('refuses a token with %s', async (_, claims) => {
  await expect(authenticate(`Bearer ${await signed(claims)}`)).rejects.toEqual(INVALID);
});

it.each<[string, JWTPayload]>([
  ['an end that has just passed', { exp: SECONDS - 4 }],
  ['a beginning that is about to come', { nbf: SECONDS + 4 }],
])('bears with a clock that differs: %s', async (_, claims) => {
  expect(await authenticate(`Bearer ${await signed(claims)}`)).toMatchObject({ subject: 'alice' });
});

it('refuses a token that nobody signed', async () => {
  for (const alg of ['none', 'None', 'NONE']) {
    await expect(authenticate(`Bearer ${forged({ alg }, () => 'AAAA')}`)).rejects.toEqual(INVALID);
  }
  const empty = forged({ alg: 'none' }, () => '');
  await expect(authenticate(`Bearer ${empty}`)).rejects.toEqual(unauthorized('Bearer'));
});

it('refuses a token that is signed with the public key as a secret', async () => {
  const pem = createPublicKey(key.privateKey).export({ format: 'pem', type: 'spki' });
  const token = forged({ alg: 'HS256', kid: key.kid }, (text) =>
    createHmac('sha256', pem).update(text).digest('base64url'),
  );
  await expect(authenticate(`Bearer ${token}`)).rejects.toEqual(INVALID);
});

it('refuses an algorithm that is not of the rules, whoever signed', async () => {
  await expect(authenticate(`Bearer ${await signed({}, key, { alg: 'RS512' })}`)).rejects.toEqual(INVALID);
});

it('refuses a key that the issuer does not publish, by its own id and by that of another', async () => {
  await expect(authenticate(`Bearer ${await signed({}, stranger)}`)).rejects.toEqual(INVALID);
  await expect(authenticate(`Bearer ${await signed({}, stranger, { kid: key.kid })}`)).rejects.toEqual(INVALID);
});

it('refuses a token whose claims were changed', async () => {
  const [header, , signature] = (await signed()).split('.');
  const claims = Buffer.from(JSON.stringify({ ...CLAIMS, tenant: 'rival' })).toString('base64url');
  await expect(authenticate(`Bearer ${header}.${claims}.${signature}`)).rejects.toEqual(INVALID);
});

it('takes an access token of Cognito by its client', async () => {
  const access = { aud: undefined, client_id: 'https://api.example.com', token_use: 'access' };
  expect(await authenticate(`Bearer ${await signed(access)}`)).toMatchObject({ subject: 'alice' });
  const other = await signed({ ...access, client_id: 'other' });
  await expect(authenticate(`Bearer ${other}`)).rejects.toEqual(INVALID);
});

it.each([undefined, '', 'a/b', 7])('forbids everything to a token with the tenant %j', async (tenant) => {
  await expect(authenticate(`Bearer ${await signed({ tenant })}`)).rejects.toMatchObject({ code: 'forbidden' });
});

describe('the issuer’s keys', () => {
  it('are fetched once for many tokens', async () => {
    for (const sub of ['alice', 'bob', 'carol']) {
      await authenticate(`Bearer ${await signed({ sub })}`);
    }
    expect(asked).toBe(1);
  });

  it('are not fetched again for every token that names another', async () => {
    await authenticate(`Bearer ${await signed()}`);
    for (let token = 0; token < 5; token++) {
      await expect(authenticate(`Bearer ${await signed({}, newKey())}`)).rejects.toEqual(INVALID);
    }
    expect(asked).toBe(1);
  });

  it('may change: a token with a new one is taken once the old ones are some seconds old', async () => {
    await authenticate(`Bearer ${await signed()}`);
    published = [stranger];
    const later = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_001);
    expect(await authenticate(`Bearer ${await signed({}, stranger)}`)).toMatchObject({ subject: 'alice' });
    await expect(authenticate(`Bearer ${await signed()}`)).rejects.toEqual(INVALID);
    later.mockRestore();
    expect(asked).toBe(2);
  });

  it('that cannot be had say nothing of a token: it may be good later', async () => {
    published = undefined;
    await expect(authenticate(`Bearer ${await signed()}`)).rejects.toThrow(Unavailable);
    const nowhere = take({ keysUrl: 'http://127.0.0.1:1/keys' });
    await expect(nowhere(`Bearer ${await signed()}`)).rejects.toThrow(Unavailable);
    published = [key];
    expect(await authenticate(`Bearer ${await signed()}`)).toMatchObject({ subject: 'alice' });
  });
});

describe('rules', () => {
  const rules = {
    issuer: 'https://a.example',
    audience: 'b',
    keysUrl: 'https://c.example',
    algorithms: ['ES256'],
    tenantClaim: 't',
  };

  it('are read from JSON', () => {
    expect(parseTokenRules(JSON.stringify(rules))).toEqual(rules);
  });

  it.each([{ issuer: '' }, { audience: '' }, { keysUrl: 'keys' }, { algorithms: [] }, { tenantClaim: undefined }])(
    'are refused at start with %j',
    (changes) => {
      expect(() => parseTokenRules(JSON.stringify({ ...rules, ...changes }))).toThrow();
    },
  );

  it('are not "none" in a part', () => {
    expect(() => parseTokenRules('none')).toThrow();
  });
});
