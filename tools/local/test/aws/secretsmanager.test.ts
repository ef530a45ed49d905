import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import type { SecretBlueprint } from '../../blueprint';
import { Authorizer } from '../../identity/authorize';
import { PLACE } from '../place';
import { type RunningAws, runAws } from './fixture';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret';
const { stack: _, ...HERE } = PLACE;
const KEY: SecretBlueprint = {
  logicalId: 'Key',
  name: 'shop/key',
  arn: `${ARN}:shop/key-abc123`,
  value: 'k1',
  ...HERE,
};
const OUTSIDE: SecretBlueprint = { logicalId: 'shop/login', name: 'shop/login', value: '{"user":"me"}' };

let aws: RunningAws;
afterEach(() => aws.close());

async function clientWith(...secrets: SecretBlueprint[]): Promise<SecretsManagerClient> {
  aws = await runAws({ secrets, now: () => 1_700_000_000_000 });
  return aws.clients().secretsManager;
}

describe('GetSecretValue', () => {
  it.each(['shop/key', `${ARN}:shop/key-abc123`, `${ARN}:shop/key`])('finds %s', async (SecretId) => {
    const client = await clientWith(KEY);
    const { $metadata: _metadata, ...answer } = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(answer).toEqual({
      ARN: KEY.arn,
      Name: 'shop/key',
      SecretString: 'k1',
      VersionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(1_700_000_000_000),
    });
  });

  it('finds a secret of the options by its name in each Region, and by any ARN of its name', async () => {
    const client = await clientWith(OUTSIDE);
    const { ARN: generated } = await client.send(new GetSecretValueCommand({ SecretId: 'shop/login' }));
    expect(generated).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:shop\/login-[0-9a-f]{6}$/);
    const SecretId = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/login-AbCdEf';
    expect(await client.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
      ARN: SecretId,
      SecretString: '{"user":"me"}',
    });
    const { secretsManager: elsewhere } = aws.clients(undefined, 'eu-west-1');
    expect(await elsewhere.send(new GetSecretValueCommand({ SecretId: 'shop/login' }))).toMatchObject({
      ARN: expect.stringMatching(/^arn:aws:secretsmanager:eu-west-1:000000000000:/),
    });
  });

  it.each(['shop/none', `${ARN}:shop/key-zzz999`, 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:shop/key'])(
    'does not find %s',
    async (SecretId) => {
      const client = await clientWith(KEY);
      await expect(client.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: "Secrets Manager can't find the specified secret.",
      });
    },
  );

  it('logs the option for a missing secret once', async () => {
    const client = await clientWith();
    for (let call = 0; call < 2; call++) {
      await expect(client.send(new GetSecretValueCommand({ SecretId: 'shop/key' }))).rejects.toThrow();
    }
    expect(aws.logged.map(({ text }) => text)).toEqual([
      'Secrets Manager has no secret shop/key in us-east-1. Fix: write secretsmanager:shop/key=VALUE to a file, and pass it with --env-file.',
    ]);
  });

  it('fails for a secret without a value', async () => {
    const { value: _value, ...empty } = KEY;
    const client = await clientWith(empty);
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'shop/key' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    await client.send(new PutSecretValueCommand({ SecretId: 'shop/key', SecretString: 'first' }));
    expect(await client.send(new GetSecretValueCommand({ SecretId: 'shop/key' }))).toMatchObject({
      SecretString: 'first',
    });
  });
});

describe('PutSecretValue', () => {
  it('makes the new version current and the old one previous', async () => {
    const client = await clientWith(KEY);
    const SecretId = 'shop/key';
    const first = await client.send(new GetSecretValueCommand({ SecretId }));
    const second = await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'k2' }));
    expect(second.VersionStages).toEqual(['AWSCURRENT']);
    const get = (more: object) => client.send(new GetSecretValueCommand({ SecretId, ...more }));
    expect(await get({})).toMatchObject({ SecretString: 'k2', VersionId: second.VersionId });
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'k1' });
    expect(await get({ VersionId: first.VersionId })).toMatchObject({ SecretString: 'k1' });
    await expect(get({ VersionStage: 'AWSPENDING' })).rejects.toThrow('for staging label: AWSPENDING');
    await expect(get({ VersionId: first.VersionId, VersionStage: 'AWSCURRENT' })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(VersionIdsToStages).toEqual({
      [first.VersionId ?? '']: ['AWSPREVIOUS'],
      [second.VersionId ?? '']: ['AWSCURRENT'],
    });
  });

  it('with another label leaves the current version', async () => {
    const client = await clientWith(KEY);
    const input = { SecretId: 'shop/key', SecretString: 'k2', VersionStages: ['AWSPENDING'] };
    await client.send(new PutSecretValueCommand(input));
    const get = (VersionStage: string) =>
      client.send(new GetSecretValueCommand({ SecretId: 'shop/key', VersionStage }));
    expect(await get('AWSCURRENT')).toMatchObject({ SecretString: 'k1' });
    expect(await get('AWSPENDING')).toMatchObject({ SecretString: 'k2' });
  });

  it('with the same token has an effect once, and fails for another value', async () => {
    const client = await clientWith(KEY);
    const put = (SecretString: string) =>
      client.send(
        new PutSecretValueCommand({ SecretId: 'shop/key', SecretString, ClientRequestToken: 'x'.repeat(32) }),
      );
    await put('k2');
    expect(await put('k2')).toMatchObject({ VersionId: 'x'.repeat(32) });
    await expect(put('k3')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('stores bytes', async () => {
    const client = await clientWith(KEY);
    const SecretBinary = Buffer.from([0, 1, 255]);
    await client.send(new PutSecretValueCommand({ SecretId: 'shop/key', SecretBinary }));
    const answer = await client.send(new GetSecretValueCommand({ SecretId: 'shop/key' }));
    expect(Buffer.from(answer.SecretBinary ?? []).equals(SecretBinary)).toBe(true);
    expect(answer.SecretString).toBeUndefined();
  });

  it('requires a value', async () => {
    const client = await clientWith(KEY);
    await expect(client.send(new PutSecretValueCommand({ SecretId: 'shop/key' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

test('UpdateSecret changes value and description', async () => {
  const client = await clientWith(KEY);
  const SecretId = 'shop/key';
  await client.send(new UpdateSecretCommand({ SecretId, SecretString: 'k2', Description: 'of the shop' }));
  expect(await client.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({ SecretString: 'k2' });
  expect(await client.send(new DescribeSecretCommand({ SecretId }))).toMatchObject({ Description: 'of the shop' });
});

test('BatchGetSecretValue returns values, and an error for each other secret', async () => {
  const client = await clientWith(KEY, OUTSIDE);
  const SecretIdList = ['shop/key', 'shop/login', 'none'];
  const { SecretValues, Errors } = await client.send(new BatchGetSecretValueCommand({ SecretIdList }));
  expect(SecretValues?.map(({ SecretString }) => SecretString)).toEqual(['k1', '{"user":"me"}']);
  expect(Errors).toMatchObject([{ SecretId: 'none', ErrorCode: 'ResourceNotFoundException' }]);
});

test('ListSecrets returns pages of the secrets in the Region', async () => {
  const client = await clientWith(KEY, OUTSIDE, { ...KEY, name: 'far', region: 'eu-west-1' });
  const first = await client.send(new ListSecretsCommand({ MaxResults: 1 }));
  expect(first.SecretList).toMatchObject([{ Name: 'shop/key', ARN: KEY.arn }]);
  const { SecretList, NextToken } = await client.send(new ListSecretsCommand({ NextToken: first.NextToken }));
  expect([SecretList?.map(({ Name }) => Name), NextToken]).toEqual([['shop/login'], undefined]);
  await expect(client.send(new ListSecretsCommand({ NextToken: 'x' }))).rejects.toMatchObject({
    name: 'InvalidNextTokenException',
  });
  const Filters = [{ Key: 'name' as const, Values: ['shop'] }];
  await expect(client.send(new ListSecretsCommand({ Filters }))).rejects.toThrow('not emulated');
});

test('an operation that does not run here fails', async () => {
  const client = await clientWith();
  await expect(client.send(new CreateSecretCommand({ Name: 'new' }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
});

describe('permissions', () => {
  async function clientOfRole(...Statement: object[]): Promise<SecretsManagerClient> {
    const arn = 'arn:aws:iam::000000000000:role/Reader';
    const document = { Version: '2012-10-17', Statement };
    const roles = [
      { logicalId: 'Reader', name: 'Reader', arn, policies: [{ name: 'own', document }], managedPolicyArns: [] },
    ];
    aws = await runAws({ secrets: [KEY, OUTSIDE], authorizer: new Authorizer(roles, 'on') });
    return aws.clients(arn).secretsManager;
  }
  const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });

  it.each(['shop/key', `${ARN}:shop/key`, KEY.arn])('are checked for the ARN of %s', async (SecretId) => {
    const client = await clientOfRole(allow('secretsmanager:GetSecretValue', `${ARN}:shop/key-??????`));
    expect(await client.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({ SecretString: 'k1' });
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'shop/login' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`secretsmanager:GetSecretValue on resource: ${ARN}:shop/login-`),
    });
  });

  it('are checked before the existence of a secret', async () => {
    const client = await clientOfRole(allow('secretsmanager:GetSecretValue', `${ARN}:shop/*`));
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'none' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('secretsmanager:GetSecretValue on resource: none'),
    });
  });

  it('of each secret are required in a batch', async () => {
    const client = await clientOfRole(
      allow('secretsmanager:BatchGetSecretValue', '*'),
      allow('secretsmanager:GetSecretValue', KEY.arn ?? ''),
    );
    const command = new BatchGetSecretValueCommand({ SecretIdList: ['shop/key', 'shop/login'] });
    const { SecretValues, Errors } = await client.send(command);
    expect(SecretValues).toHaveLength(1);
    expect(Errors).toMatchObject([{ SecretId: 'shop/login', ErrorCode: 'AccessDeniedException' }]);
  });

  it.each([
    ['DescribeSecret', new DescribeSecretCommand({ SecretId: 'shop/key' })],
    ['PutSecretValue', new PutSecretValueCommand({ SecretId: 'shop/key', SecretString: 'x' })],
    ['UpdateSecret', new UpdateSecretCommand({ SecretId: 'shop/key', SecretString: 'x' })],
    ['ListSecrets', new ListSecretsCommand({})],
    ['BatchGetSecretValue', new BatchGetSecretValueCommand({ SecretIdList: ['shop/key'] })],
  ])('%s requires its own action', async (operation, command) => {
    const client = await clientOfRole(allow('secretsmanager:GetSecretValue', '*'));
    await expect(client.send(command as never)).rejects.toThrow(
      `is not authorized to perform: secretsmanager:${operation}`,
    );
  });
});
