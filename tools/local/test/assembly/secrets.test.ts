import { loadAssembly } from '../../assembly/load-assembly';
import { secretReferenceOf } from '../../assembly/secrets';
import { assemblyOf } from './assembly-directory';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:name-abcdef';

test.each([
  [`{{resolve:secretsmanager:${ARN}:SecretString:::}}`, { secretId: ARN, jsonKey: '' }],
  [`{{resolve:secretsmanager:${ARN}:SecretString:password::}}`, { secretId: ARN, jsonKey: 'password' }],
  [`{{resolve:secretsmanager:${ARN}}}`, { secretId: ARN, jsonKey: '' }],
  ['{{resolve:secretsmanager:name:SecretString:user}}', { secretId: 'name', jsonKey: 'user' }],
])('the reference %s names a secret and a key', (reference, parts) => {
  expect(secretReferenceOf(reference)).toEqual(parts);
});

/** @returns the value of a variable of a function that refers to a secret */
function valueOf(secret: object, reference: unknown): string | undefined {
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
  return loadAssembly(assemblyOf({ Resources: { Role, Reader, Token } })).functions[0]?.environment.VALUE;
}

function referenceTo(key = ''): object {
  return { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Token' }, `:SecretString:${key}::}}`]] };
}

test('a generated secret has the length of the template', () => {
  expect(valueOf({ GenerateSecretString: { PasswordLength: 100 } }, referenceTo())).toMatch(/^[A-Za-z0-9]{100}$/);
  expect(valueOf({ GenerateSecretString: {} }, referenceTo())).toMatch(/^[A-Za-z0-9]{32}$/);
});

test('a secret with a value of its own has that value, also by its name', () => {
  const secret = { Name: 'token', SecretString: 'open sesame' };
  expect(valueOf(secret, 'Bearer {{resolve:secretsmanager:token}}')).toBe('Bearer open sesame');
});

test('a generated value can be one key of a JSON secret', () => {
  const secret = { GenerateSecretString: { GenerateStringKey: 'password', SecretStringTemplate: '{"user":"me"}' } };
  expect(valueOf(secret, referenceTo('user'))).toBe('me');
  expect(valueOf(secret, referenceTo('password'))).toMatch(/^[A-Za-z0-9]{32}$/);
});

test.each([
  ['a key that the secret does not have', referenceTo('other'), 'the secret Token has no key other'],
  ['a secret outside the assembly', '{{resolve:secretsmanager:other}}', 'has a value only in AWS'],
  ['a parameter', '{{resolve:ssm:/parameter}}', 'has a value only in AWS'],
])('a reference to %s is an error', (_, reference, message) => {
  expect(() => valueOf({ SecretString: '{}' }, reference)).toThrow(message);
});
