import { Output } from '../../../../lib/outputs';
import { type Answers, DISCOVERY_URL, ISSUER, KEYS_URL } from '../passing-deployment';
import { finding, verified } from '../mocked-aws';

const PUBLISHES = `${ISSUER} publishes keys that verify its tokens`;
const NAMES = `The discovery document of ${ISSUER}, if present, has this issuer and key URL`;

const SUPPORTS = 'The load balancer, if it verifies tokens, uses these keys and supports them';

const verifying = (changed: object): Partial<Answers> => ({
  DescribeRules: () => ({
    Rules: [
      {
        Actions: [
          { Type: 'jwt-validation', JwtValidationConfig: { Issuer: ISSUER, JwksEndpoint: KEYS_URL, ...changed } },
          { Type: 'forward' },
        ],
      },
    ],
  }),
});

const answers = (url: string, page: () => Response) => ({ [url]: page });
const status = (status: number) => () => new Response('', { status });
const json = (value: unknown) => () => Response.json(value);

describe('The checks of the token issuer', () => {
  it.each<[how: string, page: () => Response, found: string]>([
    ['a deleted user pool', status(404), 'no key set: status 404'],
    ['a redirect, which the service does not follow', status(302), 'no key set: status 302'],
    ['a page that is not a key set', () => new Response('<html>'), 'no key set: status 200 with other content'],
    ['an empty set', json({ keys: [] }), '0 keys for RS256, ES256'],
    ['a symmetric key', json({ keys: [{ kty: 'oct' }] }), '0 keys for RS256, ES256'],
    ['encryption keys', json({ keys: [{ kty: 'RSA', use: 'enc' }] }), '0 keys for RS256, ES256'],
    ['keys that only sign', json({ keys: [{ kty: 'RSA', key_ops: ['sign'] }] }), '0 keys for RS256, ES256'],
    ['keys for another algorithm', json({ keys: [{ kty: 'RSA', alg: 'RS512' }] }), '0 keys for RS256, ES256'],
    ['keys on another curve', json({ keys: [{ kty: 'EC', crv: 'P-384' }] }), '0 keys for RS256, ES256'],
  ])(`the check "${PUBLISHES}" fails on %s`, async (_, page, found) => {
    expect(await finding(PUBLISHES, {}, {}, answers(KEYS_URL, page))).toMatchObject({ result: 'failed', found });
  });

  it.each([
    ['RS256', { kty: 'RSA' }],
    ['PS512', { kty: 'RSA', alg: 'PS512', use: 'sig', key_ops: ['verify'] }],
    ['ES256', { kty: 'EC', crv: 'P-256' }],
    ['ES384', { kty: 'EC', crv: 'P-384' }],
    ['ES512', { kty: 'EC', crv: 'P-521' }],
    ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
  ])('accept a key for the only accepted algorithm %s', async (algorithm, key) => {
    const outputs = { [Output.TOKEN_ALGORITHMS]: algorithm };

    expect(await finding(PUBLISHES, {}, outputs, answers(KEYS_URL, json({ keys: [key] })))).toMatchObject({
      result: 'passed',
      found: `1 key for ${algorithm}`,
    });
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

  describe('at a load balancer that verifies tokens', () => {
    const key = { kty: 'RSA', kid: '1' };

    it.each<[how: string, verification: object, page: () => Response, found: string]>([
      ['another issuer', { Issuer: 'https://old' }, json({ keys: [key] }), `https://old, ${KEYS_URL}`],
      ['another key URL', { JwksEndpoint: 'https://old' }, json({ keys: [key] }), `${ISSUER}, https://old`],
      ['no key set', {}, status(404), 'no key set: status 404'],
      [
        'more keys than it supports',
        {},
        json({ keys: Array.from({ length: 11 }, () => key) }),
        '11 keys, of which 11 for RS256, in 274 bytes',
      ],
      [
        'a larger key set than it supports',
        {},
        json({ keys: [{ ...key, x5c: 'x'.repeat(150_000) }] }),
        '1 key, of which 1 for RS256, in 150043 bytes',
      ],
      [
        'only keys of another algorithm',
        {},
        json({ keys: [{ kty: 'EC', crv: 'P-256' }] }),
        '1 key, of which 0 for RS256, in 37 bytes',
      ],
    ])(`fail on %s`, async (_, verification, page, found) => {
      expect(await finding(SUPPORTS, verifying(verification), {}, answers(KEYS_URL, page))).toMatchObject({
        result: 'failed',
        found,
      });
    });

    it('accept ten keys', async () => {
      const page = json({ keys: Array.from({ length: 10 }, () => key) });

      expect(await finding(SUPPORTS, verifying({}), {}, answers(KEYS_URL, page))).toMatchObject({ result: 'passed' });
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
      [Output.TOKEN_ALGORITHMS]: undefined,
      [Output.ADMISSION_TABLE]: undefined,
    };
    const found = await verified({}, outputs);

    expect(found.filter(({ group, expected }) => group === 'Tokens' || expected.startsWith('admission'))).toEqual([]);
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
        found: '1 key for RS256, ES256',
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
});
