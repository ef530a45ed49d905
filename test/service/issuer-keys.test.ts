import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import type { Line } from '../../lambda/logger';
import { Unavailable } from '../../lambda/realtime/ports';
import { issuerKeys } from '../../service/issuer-keys';
import { Problem } from '../../service/problem';
import { type LoopbackServer, serveOnLoopback } from '../support/embedded/http';

const newKey = () => ({ kid: randomUUID(), ...generateKeyPairSync('rsa', { modulusLength: 2048 }) });
type Key = ReturnType<typeof newKey>;
const key = newKey();
const nextKey = newKey();

const jwk = ({ kid, publicKey }: Key) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' });
const setOf = (...keys: Key[]) => ({ keys: keys.map(jwk) });

let server: LoopbackServer;
/** Responses of the issuer, by path. Any other path is not found. */
let pages: Record<string, RequestListener | object>;
/** Paths that were requested, in order. */
let requested: string[];
let lines: Line[];
/** The time for this code and for the library, in milliseconds. */
let time: number;

beforeAll(async () => {
  server = await serveOnLoopback((request, response) => {
    const { url = '' } = request;
    requested.push(url);
    const page = pages[url];
    if (typeof page === 'function') {
      page(request, response);
    } else {
      response.writeHead(page ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(page ?? { error: 'not found' }));
    }
  });
});

afterAll(() => server.close());

beforeEach(() => {
  pages = {};
  requested = [];
  lines = [];
  time = Date.parse('2026-01-01T00:00:00Z');
  jest.spyOn(Date, 'now').mockImplementation(() => time);
});

afterEach(() => jest.restoreAllMocks());

function keysOf(path: string, keysUrl?: string): JWTVerifyGetKey {
  const options = { now: () => time, logger: (line: Line) => lines.push(line) };
  return issuerKeys({ issuer: `${server.endpoint}${path}`, keysUrl }, options);
}

/** @returns the subject of a token that the key signs */
async function verified(keys: JWTVerifyGetKey, by: Key = key): Promise<string | undefined> {
  const token = await new SignJWT({ sub: 'alice' })
    .setProtectedHeader({ alg: 'RS256', kid: by.kid })
    .sign(by.privateKey);
  return (await jwtVerify(token, keys)).payload.sub;
}

/** Lets the issuer publish a discovery document and keys. */
function publish(path: string, keysPath: string, keySet: RequestListener | object = setOf(key)): void {
  pages[`${path.replace(/\/$/, '')}/.well-known/openid-configuration`] = {
    issuer: `${server.endpoint}${path}`,
    jwks_uri: `${server.endpoint}${keysPath}`,
  };
  pages[keysPath] = keySet;
}

const DISCOVERY = '/.well-known/openid-configuration';
const answer =
  (status: number, headers: Record<string, string> = {}, body = ''): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

describe('the keys of an issuer', () => {
  it.each([
    ['Keycloak', '/realms/shop', '/realms/shop/protocol/openid-connect/certs'],
    ['Entra ID', '/4f3c/v2.0', '/4f3c/discovery/v2.0/keys'],
    ['Auth0, whose issuer ends with a slash', '/', '/.well-known/jwks.json'],
  ])('are found by discovery where %s has them', async (_, path, keysPath) => {
    publish(path, keysPath);
    expect(await verified(keysOf(path))).toBe('alice');
    expect(requested).toEqual([`${path.replace(/\/$/, '')}${DISCOVERY}`, keysPath]);
    expect(lines).toEqual([]);
  });

  it('are fetched without discovery if their URL is known', async () => {
    pages['/keys?version=2'] = setOf(key);
    expect(await verified(keysOf('/', `${server.endpoint}/keys?version=2`))).toBe('alice');
    expect(requested).toEqual(['/keys?version=2']);
  });

  it('are fetched once for many requests at the same time, and kept for 10 minutes', async () => {
    publish('', '/keys');
    const keys = keysOf('');
    await Promise.all(Array.from({ length: 20 }, () => verified(keys)));
    time += 599_999;
    await verified(keys);
    expect(requested).toEqual([DISCOVERY, '/keys']);
    time += 1;
    await verified(keys);
    expect(requested).toEqual([DISCOVERY, '/keys', DISCOVERY, '/keys']);
  });

  it('are fetched again for an unknown key id, at most every 10 seconds', async () => {
    publish('', '/keys');
    const keys = keysOf('');
    await verified(keys);
    pages['/keys'] = setOf(nextKey);
    for (let attempt = 0; attempt < 5; attempt++) {
      await expect(verified(keys, nextKey)).rejects.toThrow('no applicable key');
    }
    expect(requested).toHaveLength(2);
    time += 10_001;
    expect(await verified(keys, nextKey)).toBe('alice');
    await expect(verified(keys)).rejects.toThrow('no applicable key');
    expect(requested).toHaveLength(4);
  });

  it('are read from another URL after the issuer moved them', async () => {
    publish('', '/keys');
    const keys = keysOf('');
    await verified(keys);
    publish('', '/new-keys', setOf(nextKey));
    time += 600_000;
    expect(await verified(keys, nextKey)).toBe('alice');
    await expect(verified(keys)).rejects.toThrow('no applicable key');
  });
});

const endless: RequestListener = (_, response) => {
  const spaces = new Readable({
    read() {
      this.push(' '.repeat(64 * 1024));
    },
  });
  spaces.pipe(response.writeHead(200));
};

const large = JSON.stringify({ ...setOf(key), padding: 'x'.repeat(256 * 1024) });
const [invalidKey] = setOf(key).keys;

const MISCONFIGURED: [string, () => void, Line][] = [
  ['no discovery document', () => delete pages[DISCOVERY], { status: 404, error: 'STATUS' }],
  ['a discovery document that is forbidden', () => (pages[DISCOVERY] = answer(403)), { status: 403, error: 'STATUS' }],
  [
    'a redirect to the discovery document',
    () => {
      pages['/moved'] = pages[DISCOVERY] ?? {};
      pages[DISCOVERY] = answer(302, { location: '/moved' });
    },
    { status: 302, error: 'STATUS' },
  ],
  ['a page of HTML', () => (pages[DISCOVERY] = answer(200, {}, '<html>')), { status: 200, error: 'NOT_JSON' }],
  [
    'a document without the URL of keys',
    () => (pages[DISCOVERY] = { issuer: server.endpoint }),
    { status: 200, error: 'NO_DISCOVERY_DOCUMENT' },
  ],
  [
    'the document of another issuer',
    () => (pages[DISCOVERY] = { issuer: 'https://other.example.com', jwks_uri: `${server.endpoint}/keys` }),
    { status: 200, error: 'OTHER_ISSUER', found: 'https://other.example.com' },
  ],
  [
    'an issuer that differs in a slash only',
    () => (pages[DISCOVERY] = { issuer: `${server.endpoint}/`, jwks_uri: `${server.endpoint}/keys` }),
    { status: 200, error: 'OTHER_ISSUER', found: expect.stringMatching(/\/$/) },
  ],
  [
    'an issuer with a very long name',
    () => (pages[DISCOVERY] = { issuer: 'x'.repeat(100_000), jwks_uri: `${server.endpoint}/keys` }),
    { status: 200, error: 'OTHER_ISSUER', found: 'x'.repeat(256) },
  ],
  ...['keys', 'file:///etc/passwd', 'ftp://127.0.0.1/keys', 'https://me:secret@login.example.com/keys'].map(
    (jwks_uri): (typeof MISCONFIGURED)[number] => [
      `the URL of keys ${jwks_uri}`,
      () => (pages[DISCOVERY] = { issuer: server.endpoint, jwks_uri }),
      { status: 200, error: 'KEYS_NOT_HTTPS', found: jwks_uri },
    ],
  ),
  ['no keys', () => delete pages['/keys'], { status: 404, error: 'STATUS' }],
  [
    'a redirect to the keys',
    () => (pages['/keys'] = answer(307, { location: '/k' })),
    { status: 307, error: 'STATUS' },
  ],
  ['keys that are not JSON', () => (pages['/keys'] = answer(200, {}, 'no')), { status: 200, error: 'NOT_JSON' }],
  ['an empty response', () => (pages['/keys'] = answer(200)), { status: 200, error: 'NOT_JSON' }],
  ['an empty set of keys', () => (pages['/keys'] = { keys: [] }), { status: 200, error: 'NO_KEYS' }],
  ['a list of keys', () => (pages['/keys'] = [jwk(key)]), { status: 200, error: 'NO_KEY_SET' }],
  [
    'encryption keys only',
    () => (pages['/keys'] = { keys: [{ ...jwk(key), use: 'enc' }] }),
    { status: 200, error: 'NO_KEYS' },
  ],
  ['a secret as a key', () => (pages['/keys'] = { keys: [{ kty: 'oct', k: 'AA' }] }), { error: 'NO_KEYS' }],
  ['too many keys', () => (pages['/keys'] = answer(200, {}, large)), { status: 200, error: 'TOO_LARGE' }],
  [
    'keys that are too large after decompression',
    () => {
      pages['/keys'] = (_: unknown, response: ServerResponse) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(large));
    },
    { status: 200, error: 'TOO_LARGE' },
  ],
  ['a body that never ends', () => (pages['/keys'] = endless), { status: 200, error: 'TOO_LARGE' }],
  [
    'a private key',
    () => (pages['/keys'] = { keys: [{ ...jwk(key), ...key.privateKey.export({ format: 'jwk' }) }] }),
    { error: 'INVALID_KEY' },
  ],
  ['a damaged key', () => (pages['/keys'] = { keys: [{ ...invalidKey, n: undefined }] }), { error: 'INVALID_KEY' }],
];

const TEMPORARY: [string, () => void, Line][] = [
  ...[408, 425, 429, 500, 502, 503, 504].map((status): (typeof TEMPORARY)[number] => [
    `the status ${status}`,
    () => (pages['/keys'] = answer(status)),
    { status, error: 'STATUS' },
  ]),
  [
    'a closed connection',
    () => (pages[DISCOVERY] = ({ socket }) => void socket.destroy()),
    { status: undefined, error: 'UND_ERR_SOCKET' },
  ],
  [
    'a port without a server',
    () => (pages[DISCOVERY] = { issuer: server.endpoint, jwks_uri: 'http://127.0.0.1:1/keys' }),
    { status: undefined, error: expect.stringMatching(/./) },
  ],
  [
    'a body that stops',
    () => {
      const timeout = new AbortController();
      jest.spyOn(AbortSignal, 'timeout').mockReturnValue(timeout.signal);
      pages['/keys'] = (_: unknown, response: ServerResponse) => {
        response.writeHead(200).write('{"keys":', () => timeout.abort(new DOMException('late', 'TimeoutError')));
      };
    },
    { error: 'TimeoutError' },
  ],
  [
    'a body that is incomplete',
    () => {
      pages['/keys'] = (_: unknown, response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"keys":', () => response.destroy());
      };
    },
    { error: 'UND_ERR_SOCKET' },
  ],
];

describe('a token is not accepted, and one line is logged,', () => {
  it.each(MISCONFIGURED)('as an error of the configuration if the issuer has %s', async (_, change, line) => {
    publish('', '/keys');
    change();
    const refused = await verified(keysOf('')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Problem);
    expect(refused).toMatchObject({ code: 'internal', headers: {}, detail: expect.stringContaining('issuer') });
    expect(lines).toEqual(
      [{ event: 'issuer_keys_failed', url: expect.stringContaining(server.endpoint), found: undefined, ...line }].map(
        (expected) => expect.objectContaining(expected),
      ),
    );
  });

  it.each(TEMPORARY)('as temporarily unavailable if the issuer has %s', async (_, change, line) => {
    publish('', '/keys');
    change();
    await expect(verified(keysOf(''))).rejects.toMatchObject({ name: 'Unavailable', retryAfter: 10 });
    expect(lines).toEqual([expect.objectContaining({ event: 'issuer_keys_failed', ...line })]);
  });

  it('as an error of the configuration if an https issuer has its keys at an http URL', async () => {
    const fetched = jest.spyOn(globalThis, 'fetch').mockImplementation(async (url) => {
      expect(url).toBe(`https://login.example.com${DISCOVERY}`);
      return Response.json({ issuer: 'https://login.example.com', jwks_uri: 'http://login.example.com/keys' });
    });
    const logger = (line: Line) => lines.push(line);
    const keys = issuerKeys({ issuer: 'https://login.example.com' }, { now: () => time, logger });
    await expect(verified(keys)).rejects.toMatchObject({ code: 'internal' });
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(lines).toMatchObject([{ error: 'KEYS_NOT_HTTPS', found: 'http://login.example.com/keys' }]);
  });
});

const DOWN: [string, RequestListener, object][] = [
  ['fails', answer(503), { name: 'Unavailable' }],
  ['has no keys page any more', answer(404), { code: 'internal' }],
  ['returns a page of HTML', answer(200, {}, '<html>'), { code: 'internal' }],
  ['returns an error as JSON', answer(200, {}, '{"error":"busy"}'), { code: 'internal' }],
];

describe('after a failure,', () => {
  it('the issuer is asked again after 10 seconds, and not by each request', async () => {
    publish('', '/keys', answer(404));
    const keys = keysOf('');
    const refused = () => expect(verified(keys)).rejects.toMatchObject({ code: 'internal' });
    await Promise.all(Array.from({ length: 20 }, refused));
    time += 9999;
    await refused();
    expect(requested).toHaveLength(2);
    expect(lines).toHaveLength(1);
    time += 1;
    await Promise.all(Array.from({ length: 20 }, refused));
    expect(requested).toHaveLength(4);
    expect(lines).toHaveLength(2);
    time += 10_000;
    pages['/keys'] = setOf(key);
    expect(await verified(keys)).toBe('alice');
    expect(lines).toHaveLength(2);
  });

  it.each(DOWN)(
    'if the issuer %s after 10 healthy minutes, tokens of its keys are accepted for 12 hours, with one fetch in 10 seconds',
    async (_, page, error) => {
      pages['/keys'] = setOf(key);
      const keys = keysOf('', `${server.endpoint}/keys`);
      for (const _minute of Array.from({ length: 10 })) {
        await verified(keys);
        time += 60_000;
      }
      pages['/keys'] = page;
      requested = [];
      const second = async () => {
        expect(await verified(keys)).toBe('alice');
        await expect(verified(keys, nextKey)).rejects.toMatchObject(error);
        time += 1000;
      };
      for (const _second of Array.from({ length: 30 })) {
        await second();
      }
      expect(requested).toEqual(['/keys', '/keys', '/keys']);
      expect(lines).toHaveLength(3);
      time += 12 * 3600_000 - 630_001;
      expect(await verified(keys)).toBe('alice');
      time += 1;
      await expect(verified(keys)).rejects.toMatchObject(error);
    },
  );

  it('a key that the issuer has removed is refused as soon as the keys can be fetched again', async () => {
    publish('', '/keys');
    const keys = keysOf('');
    await verified(keys);
    time += 600_000;
    pages['/keys'] = answer(500);
    expect(await verified(keys)).toBe('alice');
    time += 10_000;
    pages['/keys'] = setOf(nextKey);
    await expect(verified(keys)).rejects.toThrow('no applicable key');
    expect(await verified(keys, nextKey)).toBe('alice');
  });

  it('all keys are refused if the issuer has removed all of them', async () => {
    publish('', '/keys');
    const keys = keysOf('');
    await verified(keys);
    time += 600_000;
    pages['/keys'] = { keys: [] };
    await expect(verified(keys)).rejects.toMatchObject({ code: 'internal' });
    pages['/keys'] = answer(503);
    time += 10_000;
    await expect(verified(keys)).rejects.toThrow(Unavailable);
  });

  it('an issuer that does not respond delays one request, and no other one, until its keys can be fetched', async () => {
    pages['/keys'] = setOf(key);
    const keys = keysOf('', `${server.endpoint}/keys`);
    await verified(keys);
    pages['/keys'] = answer(503);
    time += 600_000;
    await verified(keys);

    const asked = new Promise<ServerResponse>((resolve) => {
      pages['/keys'] = (_: unknown, response: ServerResponse) => resolve(response);
    });
    time += 10_000;
    const delayed = verified(keys, nextKey);
    const response = await asked;
    expect(await verified(keys)).toBe('alice');
    await expect(verified(keys, nextKey)).rejects.toThrow(Unavailable);
    response.writeHead(200).end(JSON.stringify(setOf(key, nextKey)));
    expect(await delayed).toBe('alice');
    expect(await verified(keys, nextKey)).toBe('alice');
  });

  it('a fetch has 2 seconds if there are keys to use meanwhile, and 5 seconds otherwise', async () => {
    const timeouts = jest.spyOn(AbortSignal, 'timeout');
    publish('', '/keys');
    const keys = keysOf('');
    await verified(keys);
    time += 600_000;
    await verified(keys);
    expect(timeouts.mock.calls).toEqual([[5000], [2000]]);
  });

  it('an invalid key is logged once for each fetch of the keys, and does not affect other keys', async () => {
    pages['/keys'] = { keys: [jwk(key), { ...jwk(nextKey), n: undefined }] };
    const keys = keysOf('', `${server.endpoint}/keys`);
    for (const _attempt of Array.from({ length: 3 })) {
      await expect(verified(keys, nextKey)).rejects.toMatchObject({ code: 'internal' });
    }
    expect(lines).toMatchObject([{ error: 'INVALID_KEY' }]);
    expect(await verified(keys)).toBe('alice');
    expect(requested).toEqual(['/keys']);
  });
});
