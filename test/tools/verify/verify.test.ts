import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verify } from '../../../tools/verify/verify';
import { awsError, deniedError, throwing } from '../aws-checks/aws-errors';
import {
  ALARM_TOPIC,
  type Answers,
  CANARY_SECRET,
  PASSING,
  NOW,
  OUTPUTS,
  STACK,
  targets,
  WEB_ACL,
} from './passing-deployment';
import { MockedAws, UNPREPARED } from './mocked-aws';
import { recordingTerminal } from '../recording-terminal';

describe('npm run verify', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'verify-'));
    file = join(folder, 'outputs.json');
    writeFileSync(file, JSON.stringify({ [STACK]: OUTPUTS }));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = async (args: string[], changed: Partial<Answers> = {}, terminal = recordingTerminal()) => {
    const aws = new MockedAws(changed);
    try {
      const exitCode = await verify(args, terminal, NOW, UNPREPARED);
      return { exitCode, printed: terminal.printed(), errors: terminal.errors(), sent: aws.sent };
    } finally {
      aws.restore();
    }
  };

  const everyAnswer = (error: Error): Partial<Answers> =>
    Object.assign({}, ...Object.keys(PASSING).map((command) => throwing(command as keyof Answers, error)));

  it('exits with 0 if every check passes', async () => {
    const { exitCode, printed, errors } = await run(['--stack', STACK, '--region', 'us-east-1']);

    expect(exitCode).toBe(0);
    expect(printed).toContain('89 checks: 89 passed, 0 failed, 0 unknown, 0 pending');
    expect(errors).toBe('');
  });

  it('exits with 1 if a check fails, even if another is unknown', async () => {
    const { exitCode, printed } = await run(['--outputs', file], {
      ...throwing('GetStage', deniedError()),
      GetApi: () => ({ ProtocolType: 'WEBSOCKET' }),
    });

    expect(exitCode).toBe(1);
    expect(printed).toContain('89 checks: 83 passed, 1 failed, 5 unknown, 0 pending');
  });

  it('exits with 2 if a check is unknown and none fails', async () => {
    const { exitCode, printed } = await run(['--outputs', file], throwing('GetStage', deniedError()));

    expect(exitCode).toBe(2);
    expect(printed).toContain('89 checks: 84 passed, 0 failed, 5 unknown, 0 pending');
  });

  it('exits with 3 if a check is pending and all others pass', async () => {
    const { exitCode, printed } = await run(['--outputs', file], {
      DescribeTargetHealth: () => targets('initial', 'initial'),
    });

    expect(exitCode).toBe(3);
    expect(printed).toContain('89 checks: 88 passed, 0 failed, 0 unknown, 1 pending');
  });

  it('does not call CloudFormation if a file has the outputs', async () => {
    const { sent } = await run(['--outputs', file]);

    expect(sent).not.toContain('DescribeStacksCommand');
  });

  it('makes each call once, however many checks use it', async () => {
    const { sent } = await run(['--outputs', file]);

    expect(sent.filter((command) => command === 'DescribeLoadBalancersCommand')).toHaveLength(1);
    expect(sent.filter((command) => command === 'GetStageCommand')).toHaveLength(1);
  });

  it('prints one JSON object with --json, with the same exit code', async () => {
    const { exitCode, printed, errors } = await run(['--outputs', file, '--json'], { GetApi: () => ({}) });
    const { findings, ...rest } = JSON.parse(printed);

    expect(exitCode).toBe(1);
    expect(rest).toEqual({
      stack: STACK,
      region: 'us-east-1',
      checkedAt: '2026-03-01T00:00:00.000Z',
      summary: { passed: 87, failed: 2, unknown: 0, pending: 0 },
      notChecked: [
        'https://login.example.com/: whether it issues tokens for the audience https://api.example.com, and who can sign in',
        `${WEB_ACL}: its rules and its logging`,
        `${ALARM_TOPIC}: who receives its notifications, and whether they arrive`,
        'The canary canary: its user and the value of its secret, because its alarm reports a failed sign-in',
      ],
    });
    expect(findings).toHaveLength(89);
    expect(findings).toContainEqual({
      group: 'WebSocket lane',
      expected: "The API's protocol is WebSocket",
      found: 'not set',
      result: 'failed',
    });
    expect(errors).toBe('');
  });

  it('prints the least-privilege policy with --policy, and makes no call', async () => {
    const { exitCode, printed, sent } = await run(['--outputs', file, '--policy']);
    const { Statement } = JSON.parse(printed);

    expect(exitCode).toBe(0);
    expect(sent).toEqual([]);
    expect(Statement).toContainEqual({
      Effect: 'Allow',
      Action: 'cloudformation:DescribeStacks',
      Resource: [`arn:aws:cloudformation:us-east-1:123456789012:stack/${STACK}/*`],
    });
    expect(Statement).toContainEqual({
      Effect: 'Allow',
      Action: 'apigateway:GET',
      Resource: [
        'arn:aws:apigateway:us-east-1::/apis/api1',
        'arn:aws:apigateway:us-east-1::/apis/api1/routes',
        'arn:aws:apigateway:us-east-1::/apis/api1/routes/*/routeresponses',
        'arn:aws:apigateway:us-east-1::/apis/api1/stages/live',
        'arn:aws:apigateway:us-east-1::/domainnames/ws.example.com',
        'arn:aws:apigateway:us-east-1::/domainnames/ws.example.com/apimappings',
      ],
    });
    // The only actions on all resources are those for which IAM has no resource-level permissions, or requires all resources.
    expect(
      Statement.filter(({ Resource }: { Resource: string[] }) => Resource.includes('*')).map(
        ({ Action }: { Action: string }) => Action,
      ),
    ).toEqual([
      'application-autoscaling:DescribeScalableTargets',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'elasticloadbalancing:DescribeListenerAttributes',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancerAttributes',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetHealth',
      'elasticloadbalancing:DescribeWebACLAssociation',
      'lambda:ListEventSourceMappings',
    ]);
    expect(Statement).toEqual(
      expect.arrayContaining([
        {
          Effect: 'Allow',
          Action: 'ecs:DescribeServices',
          Resource: ['arn:aws:ecs:us-east-1:123456789012:service/lane/api'],
        },
        {
          Effect: 'Allow',
          Action: 'lambda:GetProvisionedConcurrencyConfig',
          Resource: ['arn:aws:lambda:us-east-1:123456789012:function:connect:live'],
        },
        {
          Effect: 'Allow',
          Action: 'sqs:GetQueueAttributes',
          Resource: ['deliver-failures', 'deliveries', 'dispatch-failures', 'hints'].map(
            (name) => `arn:aws:sqs:us-east-1:123456789012:${name}`,
          ),
        },
        {
          Effect: 'Allow',
          Action: 'kms:GetKeyPolicy',
          Resource: ['arn:aws:kms:us-east-1:123456789012:key/*'],
        },
        { Effect: 'Allow', Action: 'sns:GetTopicAttributes', Resource: [ALARM_TOPIC] },
        { Effect: 'Allow', Action: 'secretsmanager:DescribeSecret', Resource: [CANARY_SECRET] },
        {
          Effect: 'Allow',
          Action: 'cloudwatch:GetDashboard',
          Resource: ['arn:aws:cloudwatch::123456789012:dashboard/lane-us-east-1'],
        },
        { Effect: 'Allow', Action: 'wafv2:ListResourcesForWebACL', Resource: [WEB_ACL] },
      ]),
    );
  });

  it('shows its progress on standard error if that is a terminal', async () => {
    const { errors } = await run(['--outputs', file, '--json'], {}, recordingTerminal({ isTTY: true }));

    const lines = errors.split('\r\u001B[K');

    expect(lines).toHaveLength(60);
    expect([lines[1], lines[58], lines[59]]).toEqual(['1 of 58 calls finished', '58 of 58 calls finished', '']);
  });

  it.each([
    [
      'no credentials',
      Object.assign(new Error('none found'), { name: 'CredentialsProviderError' }),
      'no AWS credentials found (none found). Fix: set AWS_PROFILE or sign in.',
    ],
    [
      'expired credentials',
      awsError('ExpiredTokenException'),
      'the AWS credentials are invalid or have expired. Fix: sign in again.',
    ],
    [
      'no network',
      Object.assign(awsError('Error'), { code: 'ENOTFOUND' }),
      'AWS did not respond (ENOTFOUND). Fix: check the network, the Region and AWS_ENDPOINT_URL.',
    ],
  ])('reports one error and exits with 2 if there are %s', async (_, error, sentence) => {
    expect(await run(['--outputs', file], everyAnswer(error))).toMatchObject({
      exitCode: 2,
      printed: '',
      errors: `Nothing could be checked: ${sentence}\n`,
    });
    expect(await run(['--stack', STACK, '--region', 'us-east-1'], everyAnswer(error))).toMatchObject({
      exitCode: 2,
      printed: '',
      errors: `The outputs of the stack ${STACK} cannot be read: ${sentence}\n`,
    });
  });

  /** Ends each error about arguments. */
  const HELP = 'Run `npm run verify -- --help` for the options.\n';

  it.each([
    [[], `error: no stack given. Fix: pass --stack NAME or --outputs FILE\n${HELP}`],
    [['--stak', 'x'], `error: unknown option '--stak'\n(Did you mean --stack?)\n${HELP}`],
    [['--stack'], `error: option '--stack <name>' argument missing\n${HELP}`],
    [['Twinlane-prod'], `error: too many arguments. Expected 0 arguments but got 1.\n${HELP}`],
    [['--stack', 'x', '--json', '--policy'], `error: option '--policy' cannot be used with option '--json'\n${HELP}`],
    [
      ['--outputs', 'x', '--region', 'us-east-1'],
      `error: option '--region <region>' cannot be used with option '--outputs <file>'\n${HELP}`,
    ],
    [
      ['--outputs', '/nowhere'],
      "The outputs file cannot be read: ENOENT: no such file or directory, open '/nowhere'. Fix: check the path.\n",
    ],
  ])('rejects the arguments %j with one error, and exits with 2', async (args, errors) => {
    expect(await run(args)).toEqual({ exitCode: 2, printed: '', errors, sent: [] });
  });

  it('explains every option, the results, the exit codes and examples with --help', async () => {
    const { exitCode, printed } = await run(['--help']);

    expect(exitCode).toBe(0);
    for (const part of [
      '--stack',
      '--outputs',
      '--region',
      '--json',
      '--policy',
      'unknown  ',
      'pending  ',
      'Exit codes:',
      'Examples:',
    ]) {
      expect(printed).toContain(part);
    }
  });

  it('rethrows a bug of this program', async () => {
    await expect(run(['--outputs', file], throwing('GetApi', new TypeError('a bug')))).rejects.toThrow('a bug');
  });
});
