import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preflight } from '../../../tools/preflight/preflight';
import { recordingTerminal } from '../recording-terminal';
import { awsError, deniedError } from '../aws-checks/aws-errors';
import { type Changed, FakeOutside } from './fake-outside';
import { ACCOUNT, NOW, PLANNED, READY, STACK } from './ready-account';

const throwingError = (error: Error) => () => {
  throw error;
};

describe('npm run preflight', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'preflight-'));
    const write = (file: string, value: object) => writeFileSync(join(folder, file), JSON.stringify(value));
    write('manifest.json', {
      artifacts: {
        Assets: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
        [STACK]: {
          type: 'aws:cloudformation:stack',
          environment: `aws://${ACCOUNT}/us-east-1`,
          dependencies: ['Assets'],
          properties: {
            templateFile: 'template.json',
            requiresBootstrapStackVersion: 6,
            bootstrapStackVersionSsmParameter: '/cdk-bootstrap/hnb659fds/version',
          },
        },
      },
    });
    write('assets.json', { dockerImages: { image: {} } });
    write('template.json', {
      Resources: Object.fromEntries(
        PLANNED.resources.map(({ id, type, properties }) => [id, { Type: type, Properties: properties }]),
      ),
    });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = async (args: string[], changed: Changed = {}) => {
    const terminal = recordingTerminal();
    const outside = new FakeOutside(changed);
    const exitCode = await preflight(args, terminal, NOW, outside);
    return { exitCode, printed: terminal.printed(), errors: terminal.errors(), sent: outside.sent };
  };

  it.each([
    [0, 'every check passes', {}, '21 passed, 0 failed, 0 unknown, 0 pending'],
    [
      1,
      'a check fails, even if another is unknown',
      { GetAccount: () => ({}), GetRole: throwingError(deniedError()) },
      '19 passed, 1 failed, 1 unknown, 0 pending',
    ],
    [
      2,
      'a check is unknown and none fails',
      { GetRole: throwingError(deniedError()) },
      '20 passed, 0 failed, 1 unknown, 0 pending',
    ],
    [
      3,
      'the stack is being changed and all else passes',
      { DescribeStacks: () => ({ Stacks: [{ StackStatus: 'DELETE_IN_PROGRESS' }] }) },
      '20 passed, 0 failed, 0 unknown, 1 pending',
    ],
  ])('exits with %i if %s', async (exitCode, _, answers, counts) => {
    const result = await run(['--app', folder], { answers });

    expect(result).toMatchObject({ exitCode, errors: '' });
    expect(result.printed).toContain(`21 checks: ${counts}`);
  });

  it('prints one JSON object with --json', async () => {
    const { exitCode, printed } = await run(['--app', folder, '--json']);
    const { findings, ...rest } = JSON.parse(printed);

    expect(exitCode).toBe(0);
    expect(findings).toHaveLength(21);
    expect(rest).toEqual({
      stack: STACK,
      region: 'us-east-1',
      checkedAt: '2026-03-01T00:00:00.000Z',
      summary: { passed: 21, failed: 0, unknown: 0, pending: 0 },
      notChecked: [
        'The permissions of those who deploy, of the roles of the CDK, and service control policies',
        'Whether each Availability Zone supports load balancers, NAT gateways and Fargate',
      ],
    });
  });

  it('makes only the calls that the tests know, and each quota and resource once', async () => {
    const { sent } = await run(['--app', folder]);

    expect([...new Set(sent)].sort()).toEqual(Object.keys(READY).sort());
    expect(sent.filter((command) => command === 'ListStackResources')).toHaveLength(1);
    expect(sent.filter((command) => !/^(?:Get|Describe|List)/.test(command))).toEqual([]);
  });

  it('prints the least-privilege policy with --policy, and makes no call', async () => {
    const { exitCode, printed, sent } = await run(['--app', folder, '--policy']);
    const { Statement } = JSON.parse(printed);

    expect({ exitCode, sent }).toEqual({ exitCode: 0, sent: [] });
    expect(Statement).toContainEqual({
      Effect: 'Allow',
      Action: 'ssm:GetParameter',
      Resource: [`arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/cdk-bootstrap/hnb659fds/version`],
    });
    // The only actions on all resources are those for which IAM has no resource-level permissions.
    expect(
      Statement.filter(({ Resource }: { Resource: string[] }) => Resource.includes('*')).map(
        ({ Action }: { Action: string }) => Action,
      ),
    ).toEqual([
      'ec2:DescribeAddresses',
      'ec2:DescribeAvailabilityZones',
      'ec2:DescribeVpcs',
      'lambda:GetAccountSettings',
      'servicequotas:GetServiceQuota',
      'sts:GetCallerIdentity',
    ]);
  });

  it('reports one error and exits with 2 if there are no credentials', async () => {
    const none = throwingError(Object.assign(awsError('CredentialsProviderError'), { message: 'none found' }));
    const answers = Object.fromEntries(Object.keys(READY).map((command) => [command, none]));

    expect(await run(['--app', folder], { answers })).toMatchObject({
      exitCode: 2,
      printed: '',
      errors: 'Nothing could be checked: no AWS credentials found (none found). Fix: set AWS_PROFILE or sign in.\n',
    });
  });

  /** Ends each error about arguments. */
  const HELP = 'Run `npm run preflight -- --help` for the options.\n';

  it.each([
    [['--stak', 'x'], `error: unknown option '--stak'\n(Did you mean --stack?)\n${HELP}`],
    [['-c', 'prod'], `error: context must look like stage=prod, got prod. Fix: write -c KEY=VALUE\n${HELP}`],
    [
      ['--app', 'x', '-c', 'stage=prod'],
      `error: option '--app <folder>' cannot be used with option '-c, --context <key=value>'\n${HELP}`,
    ],
    [['--json', '--policy'], `error: option '--policy' cannot be used with option '--json'\n${HELP}`],
    [['prod'], `error: too many arguments. Expected 0 arguments but got 1.\n${HELP}`],
    [
      ['--app', '/nowhere'],
      '/nowhere/manifest.json cannot be read as a part of a cloud assembly. Fix: pass a folder that cdk synth wrote.\n',
    ],
  ])('rejects the arguments %j with one error, and exits with 2', async (args, errors) => {
    expect(await run(args)).toEqual({ exitCode: 2, printed: '', errors, sent: [] });
  });

  it('explains every option, the results, the exit codes and examples with --help', async () => {
    const { exitCode, printed } = await run(['--help']);

    expect(exitCode).toBe(0);
    for (const part of [
      '--context',
      '--app',
      '--stack',
      '--json',
      '--policy',
      'unknown  ',
      'Exit codes:',
      'Examples:',
    ]) {
      expect(printed).toContain(part);
    }
  });
});
