import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { ask, somebody } from '../caller';
import { messagesPath } from '../http';
import { type Attacks, each, type Here, refused, SECRET } from './attack';

/** Calls every operation. @returns the distinct statuses */
function statusesWith(here: Here, authorization: string | undefined): Promise<string> {
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
  const requests: [string, string, string?][] = [
    ['POST', '/v1/tickets'],
    ['DELETE', '/v1/connections'],
    ['GET', messagesPath('room')],
    ['POST', messagesPath('room'), JSON.stringify({ data: SECRET })],
  ];
  return each(requests, async ([method, path, body]) => {
    const response = await fetch(`${here.httpUrl}${path}`, { method, headers, body });
    const code = response.status === 401 ? 'unauthorized' : 'forbidden';
    expect(await response.json()).toMatchObject({ type: `urn:twinlane:problem:${code}` });
    expect(response.headers.has('www-authenticate')).toBe(response.status === 401);
    return response.status;
  });
}

/** Calls with a token that has these claims. */
const claiming = (claims: Record<string, string>, status = '401') =>
  refused(status, async (here) => statusesWith(here, `Bearer ${await here.token({ ...somebody(), ...claims })}`));

/** Calls with a forged token that has the claims of a valid one. */
const forging = (header: object, signature: (signed: string, issuersKey: JsonWebKey) => string) =>
  refused('401', async (here) => {
    const [first, claims] = (await here.token(somebody())).split('.');
    const { aws } = here.local.app.urls;
    const { pathname: pool } = new URL(decoded(claims).iss ?? '');
    const { keys } = (await (await fetch(`${aws}${pool}/.well-known/jwks.json`)).json()) as { keys: JsonWebKey[] };
    const whole = { ...decoded(first), ...header };
    const signed = `${Buffer.from(JSON.stringify(whole)).toString('base64url')}.${claims}`;
    return statusesWith(here, `Bearer ${signed}.${signature(signed, keys[0] ?? {})}`);
  });

/** Publishes with a token that has these claims: the scopes of a reader in another form. */
const publishing = (...tokens: Record<string, string>[]) =>
  refused('403', (here) =>
    each(tokens, async (claims) => {
      const init = { method: 'POST', headers: JSON_BODY, body: JSON.stringify({ data: SECRET }) };
      return (await ask(here, messagesPath('room'), init, { ...somebody(), ...claims })).status;
    }),
  );

const JSON_BODY = { 'content-type': 'application/json' };

const decoded = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, string>;

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signedWith = (key: KeyObject) => (signed: string) =>
  sign('sha256', Buffer.from(signed), key).toString('base64url');

export const tokens: Attacks = {
  'no token': refused('401', (here) => statusesWith(here, undefined)),
  'what is no JWT': refused('401', (here) => statusesWith(here, `Bearer ${SECRET}`)),
  'a token by another scheme': refused('401', async (here) =>
    statusesWith(here, `Basic ${await here.token(somebody())}`),
  ),
  '`alg: none`': refused('401', (here) =>
    each(['', 'AAAA'], (signature) => forging({ alg: 'none' }, () => signature).attempt(here)),
  ),
  'HS256 with the public key': forging({ alg: 'HS256' }, (signed, issuersKey) => {
    const pem = createPublicKey({ key: issuersKey, format: 'jwk' }).export({ format: 'pem', type: 'spki' });
    return createHmac('sha256', pem).update(signed).digest('base64url');
  }),
  'a wrong `aud`': claiming({ aud: 'another' }),
  'a wrong `iss`': claiming({ iss: 'https://login.evil.com' }),
  'an expired token': claiming({ expires_in: '-60' }),
  'a token that is not yet valid': claiming({ nbf: String(Math.floor(Date.now() / 1000) + 3600) }),
  'an unknown `kid`': forging({ kid: 'unknown' }, signedWith(privateKey)),
  "the issuer's `kid`, and another's signature": forging({}, signedWith(privateKey)),
  'a key in the header of the token': forging(
    { jwk: createPublicKey(privateKey).export({ format: 'jwk' }) },
    signedWith(privateKey),
  ),
  'claims that were changed': refused('401', async (here) => {
    const [header, claims, signature] = (await here.token(somebody())).split('.');
    const changed = Buffer.from(JSON.stringify({ ...decoded(claims), 'custom:tenant': 'rival' })).toString('base64url');
    return statusesWith(here, `Bearer ${header}.${changed}.${signature}`);
  }),
  'a token without a tenant': claiming({ tenant: '' }, '403'),
  'a time that no table can keep': claiming({ exp: String(2 ** 53) }),
  'a token that is bound to the key of another client': claiming({ cnf: 'key' }),
  "a publish with a reader's scope in `scp`": publishing({ scp: 'topics:read' }),
  "a publish with a reader's scope and another separator": publishing({ scope: 'openid\ttopics:read' }),
  "a publish with a reader's scope in another case, or with a prefix": publishing(
    { scope: 'Topics:Read' },
    { scope: 'https://api.example.com/topics:read' },
    { scope: 'api/topics.read' },
  ),
  'a tenant that would reach into another': claiming({ tenant: 'contract/room' }, '403'),
};
