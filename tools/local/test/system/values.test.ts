import type { Running } from '../../running';
import { start } from '../../start';
import { assemblyOf } from '../assembly/assembly-directory';

jest.setTimeout(60_000);

/** Reads what the body of the request names, with the SDK of the runtime. */
const READER = `
const { SSMClient, GetParameterCommand, PutParameterCommand } = require('@aws-sdk/client-ssm');
const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');
exports.handler = async ({ body }) => {
  const { parameter, put, secret } = JSON.parse(body);
  try {
    const value = secret
      ? (await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: secret }))).SecretString
      : put
        ? (await new SSMClient().send(new PutParameterCommand({ Name: put, Value: 'changed', Overwrite: true }))).Version
        : (await new SSMClient().send(new GetParameterCommand({ Name: parameter, WithDecryption: true }))).Parameter.Value;
    return { statusCode: 200, body: JSON.stringify({ value, image: process.env.IMAGE }) };
  } catch (error) {
    return { statusCode: 200, body: JSON.stringify({ error: error.name }) };
  }
};`;

const TEMPLATE = {
  Parameters: { ImageUri: { Type: 'String' } },
  Resources: {
    Host: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/shop/host', Type: 'String', Value: 'db.internal' } },
    Key: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        Name: 'shop/key',
        GenerateSecretString: { SecretStringTemplate: '{"user":"shop"}', GenerateStringKey: 'password' },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {},
        Policies: [
          {
            PolicyName: 'read',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 'ssm:GetParameter',
                  Resource: { 'Fn::Sub': 'arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/shop/*' },
                },
                {
                  Effect: 'Allow',
                  Action: 'secretsmanager:GetSecretValue',
                  Resource: { 'Fn::Sub': 'arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop/*' },
                },
              ],
            },
          },
        ],
      },
    },
    Reader: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: READER },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: { Variables: { IMAGE: { Ref: 'ImageUri' } } },
        MemorySize: 256,
        Timeout: 10,
      },
    },
    Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: { Ref: 'Balancer' },
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Group' } }],
      },
    },
    Group: {
      Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      Properties: { TargetType: 'lambda', Targets: [{ Id: { 'Fn::GetAtt': ['Reader', 'Arn'] } }] },
    },
  },
};

let app: Running;

beforeAll(async () => {
  const values = { ImageUri: 'web:1', '/shop/port': '5432', 'secretsmanager:shop/token': 't1' };
  app = await start({ assembly: assemblyOf(TEMPLATE), values });
});

afterAll(() => app.stop());

/** Lets the function read. */
async function read(body: object): Promise<{ value?: unknown; error?: string; image?: string }> {
  const response = await fetch(`${app.urls.http}/`, { method: 'POST', body: JSON.stringify(body) });
  return (await response.json()) as Awaited<ReturnType<typeof read>>;
}

test('a function has the value of a template parameter in its environment', async () => {
  expect(await read({ parameter: '/shop/host' })).toMatchObject({ image: 'web:1' });
});

test.each([
  ['of the template', '/shop/host', 'db.internal'],
  ['of the options', '/shop/port', '5432'],
])('it reads a parameter of Systems Manager %s', async (_, parameter, value) => {
  expect(await read({ parameter })).toMatchObject({ value });
});

test('it reads a secret of the options', async () => {
  expect(await read({ secret: 'shop/token' })).toMatchObject({ value: 't1' });
});

test('it reads a secret that is generated as the template says, and reads the same again', async () => {
  const { value } = await read({ secret: 'shop/key' });
  expect(JSON.parse(String(value))).toEqual({ user: 'shop', password: expect.stringMatching(/^.{32}$/) });
  expect(await read({ secret: 'shop/key' })).toMatchObject({ value });
});

test.each([
  ['a parameter that does not exist', { parameter: '/shop/none' }, 'ParameterNotFound'],
  // AWS has no ARN for it that a policy could allow.
  ['a secret that does not exist', { secret: 'shop/none' }, 'AccessDeniedException'],
  ['a parameter that its role does not allow', { parameter: '/other' }, 'AccessDeniedException'],
  ['a write that its role does not allow', { put: '/shop/host' }, 'AccessDeniedException'],
])('%s fails with the error of AWS', async (_, body, error) => {
  expect(await read(body)).toEqual({ error });
});

test('a template parameter without a value is refused with the option that gives it', async () => {
  await expect(start({ assembly: assemblyOf(TEMPLATE) })).rejects.toThrow(/Fix: pass --parameter ImageUri=VALUE\./);
});
