import { Output } from '../../../../lib/outputs';
import { DISCOVERY_URL, ISSUER, KEYS_URL } from '../kept-promises';
import { finding, verified } from '../mocked-aws';

const PUBLISHES = `${ISSUER} publishes the keys of its tokens`;
const NAMES = `The discovery document of ${ISSUER}, if there is one, names it and these keys`;

const answers = (url: string, page: () => Response) => ({ [url]: page });
const status = (status: number) => () => new Response('', { status });
const json = (value: unknown) => () => Response.json(value);

describe('the issuer', () => {
  it.each<[how: string, page: () => Response, found: string]>([
    ['a pool that is gone', status(404), 'no key set: status 404'],
    ['a redirect, which the service does not follow', status(302), 'no key set: status 302'],
    ['a page that is no key set', () => new Response('<html>'), 'no key set: status 200 with something else'],
    ['an empty set', json({ keys: [] }), '0 to verify signatures with'],
    ['a secret', json({ keys: [{ kty: 'oct' }] }), '0 to verify signatures with'],
    ['keys to encrypt with', json({ keys: [{ kty: 'RSA', use: 'enc' }] }), '0 to verify signatures with'],
  ])(`"${PUBLISHES}" is broken by %s`, async (_, page, found) => {
    expect(await finding(PUBLISHES, {}, {}, answers(KEYS_URL, page))).toMatchObject({ verdict: 'broken', found });
  });

  it.each<[how: string, page: () => Response, found: string]>([
    [
      'another issuer, if only by its final slash',
      json({ issuer: 'https://login.example.com', jwks_uri: KEYS_URL }),
      `https://login.example.com, ${KEYS_URL}`,
    ],
    ['keys elsewhere', json({ issuer: ISSUER, jwks_uri: `${ISSUER}keys` }), `${ISSUER}, ${ISSUER}keys`],
    ['a page that is none', json([]), 'no discovery document: status 200 with something else'],
    ['an issuer that fails', status(500), 'no discovery document: status 500'],
  ])(`"${NAMES}" is broken by %s`, async (_, page, found) => {
    expect(await finding(NAMES, {}, {}, answers(DISCOVERY_URL, page))).toMatchObject({ verdict: 'broken', found });
  });

  it.each([403, 404])('may have no discovery document, and answer %d', async (code) => {
    expect(await finding(NAMES, {}, {}, answers(DISCOVERY_URL, status(code)))).toMatchObject({ verdict: 'kept' });
  });

  it('is unknown where nothing answers, with the reason', async () => {
    const page = () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ENOTFOUND' }) });
    };

    expect(await finding(PUBLISHES, {}, {}, answers(KEYS_URL, page))).toMatchObject({
      verdict: 'unknown',
      found: `${KEYS_URL} did not answer (ENOTFOUND): check the network`,
    });
  });

  it('is not asked where everybody gets in', async () => {
    const outputs = {
      [Output.TOKEN_ISSUER]: undefined,
      [Output.TOKEN_AUDIENCE]: undefined,
      [Output.TOKEN_KEYS_URL]: undefined,
      [Output.ADMISSION_TABLE]: undefined,
    };
    const found = await verified({}, outputs);

    expect(found.filter(({ group, promise }) => group === 'Tokens' || promise.startsWith('admission'))).toEqual([]);
  });
});
