import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verify } from '../../../tools/verify/verify';
import { awsError, deniedError, throwing } from './aws-errors';
import { type Answers, KEPT, NOW, OUTPUTS, STACK } from './kept-promises';
import { MockedAws } from './mocked-aws';
import { recordingTerminal } from './recording-terminal';

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
      const exitCode = await verify(args, terminal, NOW);
      return { exitCode, printed: terminal.printed(), complained: terminal.complained(), sent: aws.sent };
    } finally {
      aws.restore();
    }
  };

  const everyAnswer = (error: Error): Partial<Answers> =>
    Object.assign({}, ...Object.keys(KEPT).map((command) => throwing(command as keyof Answers, error)));

  it('ends with 0 where every promise is kept', async () => {
    const { exitCode, printed, complained } = await run(['--stack', STACK, '--region', 'us-east-1']);

    expect(exitCode).toBe(0);
    expect(printed).toContain('47 promises: 47 kept, 0 broken, 0 unknown');
    expect(complained).toBe('');
  });

  it('ends with 1 where one is broken, even if another is unknown', async () => {
    const { exitCode, printed } = await run(['--outputs', file], {
      ...throwing('GetStage', deniedError()),
      GetApi: () => ({ ProtocolType: 'WEBSOCKET' }),
    });

    expect(exitCode).toBe(1);
    expect(printed).toContain('47 promises: 42 kept, 1 broken, 4 unknown');
  });

  it('ends with 2 where one is unknown and none broken', async () => {
    const { exitCode, printed } = await run(['--outputs', file], throwing('GetStage', deniedError()));

    expect(exitCode).toBe(2);
    expect(printed).toContain('47 promises: 43 kept, 0 broken, 4 unknown');
  });

  it('does not ask CloudFormation where a file has the outputs', async () => {
    const { sent } = await run(['--outputs', file]);

    expect(sent).not.toContain('DescribeStacksCommand');
  });

  it('asks each question once, however many promises rest on it', async () => {
    const { sent } = await run(['--outputs', file]);

    expect(sent.filter((command) => command === 'DescribeLoadBalancersCommand')).toHaveLength(1);
    expect(sent.filter((command) => command === 'GetStageCommand')).toHaveLength(1);
  });

  it('prints one JSON object with --json, the exit code as without', async () => {
    const { exitCode, printed, complained } = await run(['--outputs', file, '--json'], { GetApi: () => ({}) });
    const { findings, ...rest } = JSON.parse(printed);

    expect(exitCode).toBe(1);
    expect(rest).toEqual({
      stack: STACK,
      region: 'us-east-1',
      verifiedAt: '2026-03-01T00:00:00.000Z',
      summary: { kept: 45, broken: 2, unknown: 0 },
      notAsked: [
        'https://login.example.com/: whether it knows the audience https://api.example.com, and who may sign in',
      ],
    });
    expect(findings).toHaveLength(47);
    expect(findings).toContainEqual({
      group: 'WebSocket lane',
      promise: 'The API speaks WebSocket',
      found: 'not set',
      verdict: 'broken',
    });
    expect(complained).toBe('');
  });

  it('prints the least policy with --policy, and asks nothing', async () => {
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
        'arn:aws:apigateway:us-east-1::/apis/api1/stages/live',
        'arn:aws:apigateway:us-east-1::/domainnames/ws.example.com',
        'arn:aws:apigateway:us-east-1::/domainnames/ws.example.com/apimappings',
      ],
    });
  });

  it('shows its progress on a terminal, on standard error', async () => {
    const { complained } = await run(['--outputs', file, '--json'], {}, recordingTerminal({ isTTY: true }));

    const lines = complained.split('\r\u001B[K');

    expect(lines).toHaveLength(32);
    expect([lines[1], lines[30], lines[31]]).toEqual(['Asked 1 of 30 questions', 'Asked 30 of 30 questions', '']);
  });

  it.each([
    [
      'no credentials',
      Object.assign(new Error('none found'), { name: 'CredentialsProviderError' }),
      'there are no AWS credentials (none found): set AWS_PROFILE or sign in',
    ],
    [
      'expired credentials',
      awsError('ExpiredTokenException'),
      'AWS refuses the credentials: they are wrong or have expired, sign in again',
    ],
    [
      'no network',
      Object.assign(awsError('Error'), { code: 'ENOTFOUND' }),
      'AWS did not answer (ENOTFOUND): check the network, the region and AWS_ENDPOINT_URL',
    ],
  ])('says in one sentence that there are %s, and ends with 2', async (_, error, sentence) => {
    expect(await run(['--outputs', file], everyAnswer(error))).toMatchObject({
      exitCode: 2,
      printed: '',
      complained: `Nothing could be verified: ${sentence}\n`,
    });
    expect(await run(['--stack', STACK, '--region', 'us-east-1'], everyAnswer(error))).toMatchObject({
      exitCode: 2,
      printed: '',
      complained: `The outputs of the stack ${STACK} cannot be read: ${sentence}\n`,
    });
  });

  it.each([
    [[], 'error: say which deployment, as in npm run verify -- --stack NAME (or --outputs FILE)\n'],
    [['--stak', 'x'], "error: unknown option '--stak'\n(Did you mean --stack?)\n"],
    [['--stack'], "error: option '--stack <name>' argument missing\n"],
    [['Twinlane-prod'], 'error: too many arguments. Expected 0 arguments but got 1.\n'],
    [['--stack', 'x', '--json', '--policy'], "error: option '--policy' cannot be used with option '--json'\n"],
    [
      ['--outputs', 'x', '--region', 'us-east-1'],
      "error: option '--region <region>' cannot be used with option '--outputs <file>'\n",
    ],
    [
      ['--outputs', '/nowhere'],
      "The outputs file cannot be read: ENOENT: no such file or directory, open '/nowhere'\n",
    ],
  ])('refuses %j in one sentence, and ends with 2', async (args, complained) => {
    expect(await run(args)).toEqual({ exitCode: 2, printed: '', complained, sent: [] });
  });

  it('explains itself with --help: every option, the verdicts, the exit codes, examples', async () => {
    const { exitCode, printed } = await run(['--help']);

    expect(exitCode).toBe(0);
    for (const part of [
      '--stack',
      '--outputs',
      '--region',
      '--json',
      '--policy',
      'unknown  ',
      'Exit codes:',
      'Examples:',
    ]) {
      expect(printed).toContain(part);
    }
  });

  it('does not hide a fault of this program', async () => {
    await expect(run(['--outputs', file], throwing('GetApi', new TypeError('a fault of ours')))).rejects.toThrow(
      'a fault of ours',
    );
  });
});
