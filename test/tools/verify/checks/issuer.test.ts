import { Output } from '../../../../lib/outputs';
import { DISCOVERY_URL, ISSUER, KEYS_URL } from '../passing-deployment';
import { finding, verified } from '../mocked-aws';

const PUBLISHES = `${ISSUER} publishes keys that verify its tokens`;
const NAMES = `The discovery document of ${ISSUER}, if present, has this issuer and key URL`;

const answers = (url: string, page: () => Response) => ({ [url]: page });
const status = (status: number) => () => new Response('', { status });
const json = (value: unknown) => () => Response.json(value);

describe('The checks of the token issuer', () => {
  it.each<[how: string, page: () => Response, found: string]>([
    ['a deleted user pool', status(404), 'no key set: status 404'],
    ['a redirect, which the service does not follow', status(302), 'no key set: status 302'],
    ['a page that is not a key set', () => new Response('<html>'), 'no key set: status 200 with other content'],
    ['an empty set', json({ keys: [] }), '0 signature keys'],
    ['a symmetric key', json({ keys: [{ kty: 'oct' }] }), '0 signature keys'],
    ['encryption keys', json({ keys: [{ kty: 'RSA', use: 'enc' }] }), '0 signature keys'],
  ])(`the check "${PUBLISHES}" fails on %s`, async (_, page, found) => {
    expect(await finding(PUBLISHES, {}, {}, answers(KEYS_URL, page))).toMatchObject({ result: 'failed', found });
  });

  it.each<[how: string, page: () => Response, found: string]>([
    [
      'another issuer, even if only the final slash differs',
      json({ issuer: 'https://login.example.com', jwks_uri: KEYS_URL }),
      `https://login.example.com, ${KEYS_URL}`,
    ],
    ['another key URL', json({ issuer: ISSUER, jwks_uri: `${ISSUER}keys` }), `${ISSUER}, ${ISSUER}keys`],
    ['a page that is not a discovery document', json([]), 'no discovery document: status 200 with other content'],
    ['an issuer that fails', status(500), 'no discovery document: status 500'],
  ])(`the check "${NAMES}" fails on %s`, async (_, page, found) => {
    expect(await finding(NAMES, {}, {}, answers(DISCOVERY_URL, page))).toMatchObject({ result: 'failed', found });
  });

  it.each([403, 404])('accept a missing discovery document with the status %d', async (code) => {
    expect(await finding(NAMES, {}, {}, answers(DISCOVERY_URL, status(code)))).toMatchObject({ result: 'passed' });
  });

  describe('if the service discovers the keys', () => {
    const outputs = { [Output.TOKEN_KEYS_URL]: undefined };
    const REQUIRED = `The discovery document of ${ISSUER} has this issuer and an https key URL`;

    it('pass if the keys are where the document says', async () => {
      const elsewhere = 'https://keys.example.com/certs?version=2';
      const pages = {
        ...answers(DISCOVERY_URL, json({ issuer: ISSUER, jwks_uri: elsewhere })),
        ...answers(elsewhere, json({ keys: [{ kty: 'RSA' }] })),
      };

      expect(await finding(PUBLISHES, {}, outputs, pages)).toMatchObject({
        result: 'passed',
        found: '1 signature key',
      });
      expect(await finding(REQUIRED, {}, outputs, pages)).toMatchObject({
        result: 'passed',
        found: `${ISSUER}, ${elsewhere}`,
      });
    });

    it.each<[how: string, page: () => Response, found: string]>([
      ['no document', status(404), 'no discovery document: status 404'],
      [
        'another issuer',
        json({ issuer: 'https://login.example.com', jwks_uri: KEYS_URL }),
        `https://login.example.com, ${KEYS_URL}`,
      ],
      [
        'keys that are not at https',
        json({ issuer: ISSUER, jwks_uri: 'http://login.example.com/keys' }),
        `${ISSUER}, http://login.example.com/keys`,
      ],
    ])('fail on %s', async (_, page, found) => {
      expect(await finding(REQUIRED, {}, outputs, answers(DISCOVERY_URL, page))).toMatchObject({
        result: 'failed',
        found,
      });
    });

    it('fail without a document, because the keys cannot be found', async () => {
      expect(await finding(PUBLISHES, {}, outputs, answers(DISCOVERY_URL, status(404)))).toMatchObject({
        result: 'failed',
        found: 'no key set: status 404',
      });
    });
  });

  it('are unknown if there is no response, with the reason', async () => {
    const page = () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ENOTFOUND' }) });
    };

    expect(await finding(PUBLISHES, {}, {}, answers(KEYS_URL, page))).toMatchObject({
      result: 'unknown',
      found: `${KEYS_URL} did not respond (ENOTFOUND). Fix: check the network.`,
    });
  });

  it('do not exist if authentication is disabled', async () => {
    const outputs = {
      [Output.TOKEN_ISSUER]: undefined,
      [Output.TOKEN_AUDIENCE]: undefined,
      [Output.TOKEN_KEYS_URL]: undefined,
      [Output.ADMISSION_TABLE]: undefined,
    };
    const found = await verified({}, outputs);

    expect(found.filter(({ group, expected }) => group === 'Tokens' || expected.startsWith('admission'))).toEqual([]);
  });
});
