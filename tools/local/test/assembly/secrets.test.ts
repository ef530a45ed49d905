import type { Values } from '../../given-values';
import { loadAssembly } from '../../assembly/load-assembly';
import { secretReferenceOf } from '../../assembly/secrets';
import { assemblyOf } from './assembly-directory';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:name-abcdef';

test.each([
  [`${ARN}:SecretString:::`, { secretId: ARN, jsonKey: '' }],
  [`${ARN}:SecretString:password::`, { secretId: ARN, jsonKey: 'password' }],
  [ARN, { secretId: ARN, jsonKey: '' }],
  ['name:SecretString:user', { secretId: 'name', jsonKey: 'user' }],
])('the reference %s names a secret and a key', (reference, parts) => {
  expect(secretReferenceOf(reference)).toEqual(parts);
});

/** @returns the value of a variable of a function that refers to a secret */
function valueOf(secret: object, reference: unknown, values: Values = {}): string | undefined {
  const Role = { Type: 'AWS::IAM::Role', Properties: {} };
  const Reader = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: '' },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: { Variables: { VALUE: reference } },
    },
  };
  const Token = { Type: 'AWS::SecretsManager::Secret', Properties: secret };
  return loadAssembly(assemblyOf({ Resources: { Role, Reader, Token } }), { values }).functions[0]?.environment.VALUE;
}

function referenceTo(key = ''): object {
  return { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Token' }, `:SecretString:${key}::}}`]] };
}

test('a generated secret has the length of the template, and characters of each kind', () => {
  const value = valueOf({ GenerateSecretString: { PasswordLength: 100 } }, referenceTo());
  expect(value).toMatch(/^[!-~]{100}$/);
  expect(value).toMatch(/[a-z]/);
  expect(value).toMatch(/[A-Z]/);
  expect(value).toMatch(/[0-9]/);
  expect(value).toMatch(/[^A-Za-z0-9]/);
  expect(valueOf({ GenerateSecretString: {} }, referenceTo())).toHaveLength(32);
});

test.each([
  ['ExcludePunctuation', { ExcludePunctuation: true }, /^[A-Za-z0-9]{200}$/],
  ['ExcludeNumbers', { ExcludeNumbers: true }, /^[^0-9]{200}$/],
  ['ExcludeLowercase', { ExcludeLowercase: true }, /^[^a-z]{200}$/],
  ['ExcludeUppercase', { ExcludeUppercase: true }, /^[^A-Z]{200}$/],
  ['ExcludeCharacters', { ExcludeCharacters: '"@/\\' }, /^[^"@/\\]{200}$/],
  ['IncludeSpace', { IncludeSpace: true }, / /],
])('a generated secret follows %s', (_, settings, pattern) => {
  const value = valueOf({ GenerateSecretString: { PasswordLength: 200, ...settings } }, referenceTo());
  expect(value).toMatch(pattern);
});

test('a short generated secret has a character of each kind, unless the template does not require it', () => {
  const value = valueOf({ GenerateSecretString: { PasswordLength: 4 } }, referenceTo());
  expect([...(value ?? '')].map((character) => /[a-z]/.test(character)).filter(Boolean)).toHaveLength(1);
  const settings = { PasswordLength: 1, RequireEachIncludedType: false };
  expect(valueOf({ GenerateSecretString: settings }, referenceTo())).toHaveLength(1);
});

test('a generated secret that its settings do not allow is an error', () => {
  expect(() => valueOf({ GenerateSecretString: { PasswordLength: 3 } }, referenceTo())).toThrow(
    'GenerateSecretString allows no value',
  );
});

test('a secret with a value of its own has that value, also by its name', () => {
  const secret = { Name: 'token', SecretString: 'open sesame' };
  expect(valueOf(secret, 'Bearer {{resolve:secretsmanager:token}}')).toBe('Bearer open sesame');
});

test('a generated value can be one key of a JSON secret', () => {
  const secret = { GenerateSecretString: { GenerateStringKey: 'password', SecretStringTemplate: '{"user":"me"}' } };
  expect(valueOf(secret, referenceTo('user'))).toBe('me');
  expect(valueOf(secret, referenceTo('password'))).toHaveLength(32);
});

test('the options replace the value of a secret, named by its name, ARN or logical ID', () => {
  const secret = { Name: 'token', SecretString: 'of the template' };
  const names = ['token', 'Token', 'arn:aws:secretsmanager:us-east-1:000000000000:secret:token'];
  for (const name of names) {
    expect(valueOf(secret, referenceTo(), { [`secretsmanager:${name}`]: 'mine' })).toBe('mine');
  }
  const elsewhere = 'secretsmanager:arn:aws:secretsmanager:eu-west-1:000000000000:secret:token';
  expect(valueOf(secret, referenceTo(), { [elsewhere]: 'mine' })).toBe('of the template');
});

test('the options replace one key of a secret', () => {
  const secret = { Name: 'login', SecretString: '{"user":"me","host":"db.example.com"}' };
  const values = { 'secretsmanager:login:host': '127.0.0.1' };
  expect(valueOf(secret, referenceTo('host'), values)).toBe('127.0.0.1');
  expect(valueOf(secret, referenceTo('user'), values)).toBe('me');
});

test('the options give the value of a secret outside the assembly, whole or by key', () => {
  const values = { 'secretsmanager:shop/key': 'k1', 'secretsmanager:shop/login:user': 'me' };
  expect(valueOf({}, '{{resolve:secretsmanager:shop/key}}', values)).toBe('k1');
  expect(valueOf({}, '{{resolve:secretsmanager:shop/login:SecretString:user::}}', values)).toBe('me');
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/key-AbCdEf';
  expect(valueOf({}, `{{resolve:secretsmanager:${arn}:SecretString:::}}`, values)).toBe('k1');
});

test.each([
  [
    'a key that the secret does not have',
    { SecretString: '{}' },
    referenceTo('other'),
    /the secret Token has no key other\. Fix: write secretsmanager:Test-Token-\w+:other=VALUE to a file, and pass it with --env-file\./,
  ],
  [
    'a secret outside the assembly',
    {},
    '{{resolve:secretsmanager:shop/key:SecretString:user}}',
    'the secret shop/key has a value only in AWS. Fix: write secretsmanager:shop/key:user=VALUE to a file, and pass it with --env-file.',
  ],
  [
    'a secret without a value',
    { Name: 'token' },
    '{{resolve:secretsmanager:token}}',
    'the secret Token has no value. Fix: write secretsmanager:token=VALUE to a file, and pass it with --env-file.',
  ],
  [
    'a secret whose value refers to a resource that does not run here',
    { Name: 'token', SecretString: { 'Fn::GetAtt': ['Role', 'Password'] } },
    '{{resolve:secretsmanager:token}}',
    'the secret Token has a value only in AWS. Fix: write secretsmanager:token=VALUE to a file',
  ],
])('a reference to %s is an error with a fix', (_, secret, reference, message) => {
  expect(() => valueOf(secret, reference)).toThrow(message);
});

test('a key in the options of a secret that is not JSON is an error', () => {
  const values = { 'secretsmanager:token:user': 'me' };
  expect(() => valueOf({ Name: 'token', SecretString: 'text' }, referenceTo(), values)).toThrow(
    'the secret token is not JSON, so it has no key user',
  );
});
