import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { SsmParameterBlueprint } from '../../blueprint';
import { Authorizer } from '../../identity/authorize';
import { PLACE } from '../place';
import { type RunningAws, runAws } from './fixture';

const ARN = 'arn:aws:ssm:us-east-1:000000000000:parameter';
const { stack: _, ...HERE } = PLACE;

function parameter(name: string, more: Partial<SsmParameterBlueprint> = {}): SsmParameterBlueprint {
  return { logicalId: name, name, type: 'String', value: `value of ${name}`, ...HERE, ...more };
}

let aws: RunningAws;
afterEach(() => aws.close());

async function clientWith(...ssmParameters: SsmParameterBlueprint[]): Promise<SSMClient> {
  aws = await runAws({ ssmParameters, now: () => 1_700_000_000_000 });
  return aws.clients().ssm;
}

describe('GetParameter', () => {
  it('returns a parameter of the template', async () => {
    const ssm = await clientWith(parameter('/shop/host'));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/shop/host' }));
    expect(Parameter).toEqual({
      Name: '/shop/host',
      Type: 'String',
      Value: 'value of /shop/host',
      Version: 1,
      LastModifiedDate: new Date(1_700_000_000_000),
      ARN: `${ARN}/shop/host`,
      DataType: 'text',
    });
  });

  it.each([`${ARN}/shop/host`, `${ARN}/shop/host:1`, '/shop/host:1'])('finds %s', async (Name) => {
    const ssm = await clientWith(parameter('/shop/host'));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    expect(Parameter).toMatchObject({ Name: '/shop/host', ...(Name.endsWith(':1') && { Selector: ':1' }) });
  });

  it('finds a single level by an ARN, with and without a slash in its name', async () => {
    const ssm = await clientWith(parameter('mode'), parameter('/stage'));
    const names = await Promise.all(
      ['mode', 'stage'].map((name) => ssm.send(new GetParameterCommand({ Name: `${ARN}/${name}` }))),
    );
    expect(names.map(({ Parameter }) => Parameter?.Name)).toEqual(['mode', '/stage']);
  });

  it('fails for a parameter that does not exist, and logs the option once', async () => {
    const ssm = await clientWith();
    for (let call = 0; call < 2; call++) {
      await expect(ssm.send(new GetParameterCommand({ Name: '/shop/host' }))).rejects.toMatchObject({
        name: 'ParameterNotFound',
        $metadata: { httpStatusCode: 400 },
      });
    }
    expect(aws.logged).toEqual([
      {
        process: 'aws',
        level: 'warn',
        text: 'Parameter Store has no parameter /shop/host in us-east-1. Fix: pass --parameter /shop/host=VALUE.',
      },
    ]);
  });

  it('fails for a version that does not exist', async () => {
    const ssm = await clientWith(parameter('/shop/host'));
    await expect(ssm.send(new GetParameterCommand({ Name: '/shop/host:2' }))).rejects.toMatchObject({
      name: 'ParameterVersionNotFound',
    });
  });

  it('returns a SecureString only with decryption', async () => {
    const ssm = await clientWith(parameter('/token', { type: 'SecureString', value: 't1' }));
    const { Parameter: encrypted } = await ssm.send(new GetParameterCommand({ Name: '/token' }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/token', WithDecryption: true }));
    expect(encrypted?.Value).not.toContain('t1');
    expect(Parameter).toMatchObject({ Type: 'SecureString', Value: 't1' });
  });

  it('finds a parameter only in the Region of its stack, and one of the options in each Region', async () => {
    const { region: _region, accountId: _account, ...everywhere } = parameter('/shop/mode');
    const ssm = await clientWith(parameter('/shop/host', { region: 'eu-west-1' }), everywhere);
    await expect(ssm.send(new GetParameterCommand({ Name: '/shop/host' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    expect((await ssm.send(new GetParameterCommand({ Name: '/shop/mode' }))).Parameter?.ARN).toBe(`${ARN}/shop/mode`);
    const { ssm: elsewhere } = aws.clients(undefined, 'eu-west-1');
    const { Parameter } = await elsewhere.send(new GetParameterCommand({ Name: '/shop/host' }));
    expect(Parameter?.ARN).toBe('arn:aws:ssm:eu-west-1:000000000000:parameter/shop/host');
  });
});

describe('GetParameters', () => {
  it('returns the parameters that exist, and the names of the others', async () => {
    const ssm = await clientWith(parameter('a'), parameter('b'));
    const { Parameters, InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ['b', 'x', 'a'] }));
    expect(Parameters?.map(({ Name }) => Name)).toEqual(['b', 'a']);
    expect(InvalidParameters).toEqual(['x']);
  });

  it('accepts at most 10 names', async () => {
    const ssm = await clientWith();
    const Names = Array.from({ length: 11 }, (_value, index) => `n${index}`);
    await expect(ssm.send(new GetParametersCommand({ Names }))).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('GetParametersByPath', () => {
  const names = ['/shop/a', '/shop/b', '/shop/db/host', '/shopping/a', 'mode'];

  async function namesBelow(Path: string, Recursive?: boolean): Promise<(string | undefined)[]> {
    const ssm = await clientWith(...names.map((name) => parameter(name)));
    const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path, Recursive }));
    return Parameters?.map(({ Name }) => Name) ?? [];
  }

  it.each([
    ['/shop', false, ['/shop/a', '/shop/b']],
    ['/shop/', false, ['/shop/a', '/shop/b']],
    ['/shop', true, ['/shop/a', '/shop/b', '/shop/db/host']],
    ['/', false, ['mode']],
    ['/', true, names],
    ['/none', true, []],
  ])('returns the parameters below %s, recursively: %s', async (path, recursive, expected) => {
    expect(await namesBelow(path, recursive)).toEqual(expected);
  });

  it('returns pages, and the last one has no token', async () => {
    const ssm = await clientWith(...names.map((name) => parameter(name)));
    const found: (string | undefined)[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await ssm.send(
        new GetParametersByPathCommand({ Path: '/', Recursive: true, MaxResults: 2, NextToken }),
      );
      found.push(page.Parameters?.map(({ Name }) => Name) ?? []);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(found).toEqual([names.slice(0, 2), names.slice(2, 4), names.slice(4)]);
  });

  it.each([
    [{ Path: 'shop' }, 'ValidationException'],
    [{ Path: '/', NextToken: 'x' }, 'InvalidNextToken'],
    [{ Path: '/', ParameterFilters: [{ Key: 'Type', Values: ['String'] }] }, 'ValidationException'],
  ])('fails for %j', async (input, name) => {
    const ssm = await clientWith();
    await expect(ssm.send(new GetParametersByPathCommand(input))).rejects.toMatchObject({ name });
  });
});

describe('PutParameter', () => {
  it('creates a parameter, and a new version only with Overwrite', async () => {
    const ssm = await clientWith();
    const put = (Value: string, more: object = {}) =>
      ssm.send(new PutParameterCommand({ Name: '/shop/mode', Type: 'String', Value, ...more }));
    expect(await put('slow', { Description: 'Speed' })).toMatchObject({ Version: 1, Tier: 'Standard' });
    await expect(put('fast')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    expect(await put('fast', { Overwrite: true })).toMatchObject({ Version: 2 });
    const values = await Promise.all(
      ['/shop/mode', '/shop/mode:1'].map((Name) => ssm.send(new GetParameterCommand({ Name }))),
    );
    expect(values.map(({ Parameter }) => Parameter?.Value)).toEqual(['fast', 'slow']);
    const { Parameters } = await ssm.send(new GetParameterHistoryCommand({ Name: '/shop/mode' }));
    expect(Parameters).toMatchObject([
      { Version: 1, Value: 'slow', Description: 'Speed' },
      { Version: 2, Value: 'fast', Description: 'Speed' },
    ]);
  });

  it('keeps the last 100 versions', async () => {
    const ssm = await clientWith(parameter('count'));
    for (let version = 2; version <= 101; version++) {
      await ssm.send(new PutParameterCommand({ Name: 'count', Value: String(version), Overwrite: true }));
    }
    await expect(ssm.send(new GetParameterCommand({ Name: 'count:1' }))).rejects.toThrow(/version 1 of count/);
    expect((await ssm.send(new GetParameterCommand({ Name: 'count:2' }))).Parameter?.Value).toBe('2');
  });

  it.each([
    [{ Name: 'aws-host' }, 'ValidationException'],
    [{ Name: 'a b' }, 'ValidationException'],
    [{ Name: 'shop/host' }, 'ValidationException'],
    [{ Name: `/${'a/'.repeat(15)}a` }, 'HierarchyLevelLimitExceededException'],
    [{ Value: '' }, 'ValidationException'],
    [{ Value: 'x'.repeat(4097) }, 'ValidationException'],
    [{ Value: 'x'.repeat(8193), Tier: 'Advanced' as const }, 'ValidationException'],
    [{ Type: undefined }, 'ValidationException'],
    [{ AllowedPattern: '^[0-9]+$' }, 'ParameterPatternMismatchException'],
    [{ AllowedPattern: '[' }, 'InvalidAllowedPatternException'],
    [{ Name: 'list', Overwrite: true }, 'HierarchyTypeMismatchException'],
  ])('fails for %j', async (input, name) => {
    const ssm = await clientWith(parameter('list', { type: 'StringList' }));
    const command = new PutParameterCommand({ Name: '/new', Value: 'text', Type: 'String', ...input });
    await expect(ssm.send(command)).rejects.toMatchObject({ name });
  });

  it('keeps the pattern that the template declares', async () => {
    const ssm = await clientWith(parameter('size', { value: '1', allowedPattern: '^[0-9]+$' }));
    const command = new PutParameterCommand({ Name: 'size', Value: 'large', Overwrite: true });
    await expect(ssm.send(command)).rejects.toMatchObject({ name: 'ParameterPatternMismatchException' });
  });

  it('stores a long value in the advanced tier with Intelligent-Tiering', async () => {
    const ssm = await clientWith();
    const input = { Name: 'long', Type: 'String', Value: 'x'.repeat(4097), Tier: 'Intelligent-Tiering' } as const;
    expect(await ssm.send(new PutParameterCommand(input))).toMatchObject({ Tier: 'Advanced' });
  });
});

describe('deletion', () => {
  it('removes one parameter, and fails if it does not exist', async () => {
    const ssm = await clientWith(parameter('a'));
    await ssm.send(new DeleteParameterCommand({ Name: 'a' }));
    await expect(ssm.send(new DeleteParameterCommand({ Name: 'a' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });

  it('removes several parameters, and returns the names that do not exist', async () => {
    const ssm = await clientWith(parameter('a'), parameter('b'));
    expect(await ssm.send(new DeleteParametersCommand({ Names: ['a', 'x'] }))).toMatchObject({
      DeletedParameters: ['a'],
      InvalidParameters: ['x'],
    });
    const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
    expect(Parameters).toMatchObject([{ Name: 'b', Type: 'String', Tier: 'Standard' }]);
  });
});

test('an operation that does not run here fails', async () => {
  const ssm = await clientWith(parameter('a'));
  await expect(ssm.send(new LabelParameterVersionCommand({ Name: 'a', Labels: ['x'] }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
});

describe('permissions', () => {
  async function clientOfRole(Action: string, Resource: string): Promise<SSMClient> {
    const arn = 'arn:aws:iam::000000000000:role/Reader';
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
    const roles = [
      { logicalId: 'Reader', name: 'Reader', arn, policies: [{ name: 'own', document }], managedPolicyArns: [] },
    ];
    aws = await runAws({ ssmParameters: [parameter('/shop/host')], authorizer: new Authorizer(roles, 'on') });
    return aws.clients(arn).ssm;
  }

  it('are checked for the ARN of the parameter', async () => {
    const ssm = await clientOfRole('ssm:GetParameter', `${ARN}/shop/host`);
    await ssm.send(new GetParameterCommand({ Name: '/shop/host' }));
    await ssm.send(new GetParameterCommand({ Name: '/shop/host:1' }));
    await expect(ssm.send(new GetParameterCommand({ Name: '/shop/other' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`is not authorized to perform: ssm:GetParameter on resource: ${ARN}/shop/other`),
    });
  });

  it.each([
    ['ssm:GetParameters', new GetParametersCommand({ Names: ['/shop/host'] })],
    ['ssm:GetParametersByPath', new GetParametersByPathCommand({ Path: '/shop' })],
    ['ssm:DescribeParameters', new DescribeParametersCommand({})],
    ['ssm:PutParameter', new PutParameterCommand({ Name: '/shop/host', Value: 'x' })],
    ['ssm:DeleteParameter', new DeleteParameterCommand({ Name: '/shop/host' })],
    ['ssm:DeleteParameters', new DeleteParametersCommand({ Names: ['/shop/host'] })],
    ['ssm:GetParameterHistory', new GetParameterHistoryCommand({ Name: '/shop/host' })],
  ])('%s is required', async (action, command) => {
    const ssm = await clientOfRole('ssm:GetParameter', '*');
    await expect(ssm.send(command as never)).rejects.toThrow(`is not authorized to perform: ${action} on resource`);
  });

  it('for a path are checked for the path', async () => {
    const ssm = await clientOfRole('ssm:GetParametersByPath', `${ARN}/shop`);
    await ssm.send(new GetParametersByPathCommand({ Path: '/shop' }));
    await expect(ssm.send(new GetParametersByPathCommand({ Path: '/' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
