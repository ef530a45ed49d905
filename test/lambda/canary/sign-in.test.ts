import { text } from 'node:stream/consumers';
import { signInFrom } from '../../../lambda/canary/sign-in/sign-in';
import { oneTimePassword } from '../../../lambda/canary/one-time-password';
import { type LoopbackServer, serveOnLoopback } from '../../support/embedded/http';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:canary-AbCdEf';
const TOTP = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const GOOD = { username: 'canary@example.com', password: 'Pass-word-of-the-canary-1', totpSecret: TOTP };
const RULES = JSON.stringify({
  type: 'userPool',
  userPoolId: 'eu-central-1_a',
  clientId: 'client',
  region: 'eu-central-1',
});

/** Input of an operation: texts, and maps of texts. */
interface Input {
  SecretId?: string;
  UserPoolId?: string;
  ClientId?: string;
  Session?: string;
  AuthParameters?: Record<string, string>;
  ChallengeResponses?: Record<string, string>;
}

let secret: string;
let enrolled: boolean;
let usedCodes: Set<string>;
let contentTypes: Set<unknown>;
/** Region and service of each signature. */
let scopes: Set<unknown>;
let service: LoopbackServer;
const environment = process.env;

/** Secrets Manager, and a user pool with one user, which requires a password and then a code that was not used before. */
beforeEach(async () => {
  [secret, enrolled, usedCodes] = [JSON.stringify(GOOD), true, new Set()];
  [contentTypes, scopes] = [new Set(), new Set()];
  service = await serveOnLoopback(async (request, response) => {
    const input = JSON.parse(await text(request)) as Input;
    contentTypes.add(request.headers['content-type']);
    scopes.add(/\d{8}\/(.*)\/aws4_request/.exec(String(request.headers.authorization))?.[1]);
    const answer = answerOf(String(request.headers['x-amz-target']), input);
    response.writeHead(typeof answer === 'string' ? 400 : 200);
    response.end(
      JSON.stringify(typeof answer === 'string' ? { __type: answer, message: JSON.stringify(input) } : answer),
    );
  });
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL: service.endpoint,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
});
afterEach(async () => {
  process.env = environment;
  await service.close();
});

/** @returns the answer, or the name of an exception */
function answerOf(target: string, input: Input): object | string {
  const auth = input.AuthParameters ?? {};
  const responses = input.ChallengeResponses ?? {};
  switch (target) {
    case 'secretsmanager.GetSecretValue':
      return input.SecretId === ARN ? { SecretString: secret } : 'ResourceNotFoundException';
    case 'AWSCognitoIdentityProviderService.AdminInitiateAuth':
      if (input.UserPoolId !== 'eu-central-1_a' || input.ClientId !== 'client') {
        return 'ResourceNotFoundException';
      }
      if (auth.USERNAME !== GOOD.username || auth.PASSWORD !== GOOD.password) {
        return 'NotAuthorizedException';
      }
      return enrolled
        ? { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session: 's1', ChallengeParameters: { USER_ID_FOR_SRP: 'id-of-user' } }
        : { ChallengeName: 'MFA_SETUP', Session: 's1', ChallengeParameters: {} };
    case 'AWSCognitoIdentityProviderService.AdminRespondToAuthChallenge': {
      const code = responses.SOFTWARE_TOKEN_MFA_CODE ?? '';
      if (input.Session !== 's1' || responses.USERNAME !== 'id-of-user') {
        return 'NotAuthorizedException';
      }
      // The steps around now are valid, too, as in Amazon Cognito.
      if (![-1, 0, 1].some((step) => code === oneTimePassword(TOTP, Date.now() + step * 30_000))) {
        return 'CodeMismatchException';
      }
      if (usedCodes.has(code)) {
        return 'ExpiredCodeException';
      }
      usedCodes.add(code);
      return { AuthenticationResult: { IdToken: 'id-token', AccessToken: 'access-token' } };
    }
    default:
      return 'UnknownOperationException';
  }
}

const signIn = () => signInFrom(RULES, ARN)();

async function reason(): Promise<string> {
  const error: Error = await signIn().then(
    () => new Error('signed in'),
    (thrown) => thrown,
  );
  expect(error.message).not.toMatch(/Pass-word|GEZD|canary@|id-of-user/);
  return error.message;
}

test('a user of a user pool signs in with a password and a one-time password, and gets the ID token', async () => {
  expect(await signIn()).toBe('id-token');
  expect([...contentTypes]).toEqual(['application/x-amz-json-1.1']);
  expect([...scopes]).toEqual(['eu-west-1/secretsmanager', 'eu-central-1/cognito-idp']);
});

test.each([
  ['a wrong password', { ...GOOD, password: 'Pass-word-of-another' }, /AdminInitiateAuth: NotAuthorizedException.*Fix/],
  ['a wrong secret of the one-time passwords', { ...GOOD, totpSecret: 'GEZDGNBV' }, /CodeMismatchException.*Fix/],
  ['a secret without one-time passwords', { ...GOOD, totpSecret: undefined }, /has no "totpSecret". Fix: /],
  ['one-time passwords that are not in base32', { ...GOOD, totpSecret: 'GEZD1' }, /"totpSecret" .* must be in base32/],
])('%s is refused with a reason that contains no credentials', async (_, fields, expected) => {
  secret = JSON.stringify(fields);
  expect(await reason()).toMatch(expected);
});

test('a one-time password that was used before is refused with a reason', async () => {
  [-1, 0, 1].forEach((step) => usedCodes.add(oneTimePassword(TOTP, Date.now() + step * 30_000)));
  expect(await reason()).toMatch(/ExpiredCodeException \(400\)\. The one-time password was used before/);
});

test('a user without one-time passwords is refused with the challenge that the canary cannot answer', async () => {
  enrolled = false;
  expect(await reason()).toMatch(/asks the canary for MFA_SETUP, which it cannot answer. Fix: /);
});

test.each(['Pass-word', '"Pass-word"', 'null'])(
  'the secret %j is refused because it is not a JSON object',
  async (text) => {
    secret = text;
    expect(await reason()).toBe("The canary's secret must be a JSON object");
  },
);

test('no sign-in is needed without authentication', async () => {
  expect(await signInFrom('{"type":"none"}', 'none')()).toBeUndefined();
  expect(service.connections()).toBe(0);
});

describe('the client credentials grant', () => {
  let issuer: LoopbackServer;
  let accepted: 'header' | 'body' | 'neither';
  let forms: Record<string, string>[];

  beforeEach(async () => {
    [accepted, forms] = ['header', []];
    issuer = await serveOnLoopback(async (request, response) => {
      const form = Object.fromEntries(new URLSearchParams(await text(request)));
      forms.push(form);
      const inHeader = request.headers.authorization === `Basic ${Buffer.from('a%3Ab:s+c').toString('base64')}`;
      const inBody = form.client_id === 'a:b' && form.client_secret === 's c';
      const good =
        form.grant_type === 'client_credentials' && { header: inHeader, body: inBody, neither: false }[accepted];
      response.writeHead(good ? 200 : 401).end(JSON.stringify(good ? { access_token: 'token' } : { error: 's c' }));
    });
    secret = JSON.stringify({
      tokenUrl: `${issuer.endpoint}/token?q=1`,
      clientId: 'a:b',
      clientSecret: 's c',
      scope: 'x',
      audience: 'y',
    });
  });
  afterEach(() => issuer.close());

  const get = () => signInFrom('{"type":"clientCredentials"}', ARN)();

  test.each(['header', 'body'] as const)(
    'gets a token from an issuer that accepts the secret in the %s',
    async (where) => {
      accepted = where;
      expect(await get()).toBe('token');
      expect(forms.at(-1)).toMatchObject({ scope: 'x', audience: 'y' });
    },
  );

  test('fails with the URL and the status if the issuer refuses the client', async () => {
    accepted = 'neither';
    await expect(get()).rejects.toThrow(
      new Error(`POST ${issuer.endpoint}/token: the issuer refused the canary's client with 401`),
    );
  });

  test.each(['http://issuer.example.com', 'http://localhost:x@issuer.example.com', 'issuer.example.com'])(
    'does not send the secret without encryption, to %s',
    async (tokenUrl) => {
      secret = JSON.stringify({ tokenUrl, clientId: 'a', clientSecret: 'b' });
      await expect(get()).rejects.toThrow('must begin with https://');
    },
  );
});
