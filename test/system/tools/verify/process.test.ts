import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Output } from '../../../../lib/outputs';
import { type Answers, CERTIFICATE_DETAIL, KEPT, STACK, stackWith } from '../../../tools/verify/kept-promises';
import { type LoopbackAws, loopbackAws } from '../../../tools/verify/loopback-aws';
import { changedOutputs } from '../../../tools/verify/mocked-aws';

const ROOT = join(__dirname, '../../../..');

/** Without the issuer's pages, which are at a host that no test may ask. */
const ASKING_AWS_ALONE = changedOutputs({
  [Output.TOKEN_ISSUER]: undefined,
  [Output.TOKEN_AUDIENCE]: undefined,
  [Output.TOKEN_KEYS_URL]: undefined,
});

describe('The process', () => {
  let folder: string;
  let aws: LoopbackAws | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'verify-process-'));
    writeFileSync(join(folder, 'outputs.json'), JSON.stringify({ [STACK]: ASKING_AWS_ALONE }));
  });
  afterEach(async () => {
    await aws?.close();
    rmSync(folder, { recursive: true });
  });

  /** Starts it as npm does, with no credentials, region or settings but these. */
  const start = (args: string[], environment: NodeJS.ProcessEnv) => {
    const child = spawn(process.execPath, ['-r', './bin/typescript.js', 'tools/verify/main.ts', ...args], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
      child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    return {
      interrupt: () => child.kill('SIGINT'),
      result: async () => {
        const [printed, complained, how] = await Promise.all([text(child.stdout), text(child.stderr), end]);
        return { ...how, printed, complained };
      },
    };
  };

  const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

  it('asks AWS_ENDPOINT_URL in the protocol of every service, and ends with 0 where all is kept', async () => {
    const asked = new Set<string>();
    // The process reads the real clock, so the certificate must be valid by it.
    const Certificate = { ...CERTIFICATE_DETAIL, NotAfter: new Date(Date.now() + 90 * 86_400_000) };
    const kept: Answers = {
      ...KEPT,
      DescribeCertificate: () => ({ Certificate }),
      DescribeStacks: () => stackWith(ASKING_AWS_ALONE),
    };
    aws = await loopbackAws(kept, (command) => asked.add(command));

    const { exitCode, printed, complained } = await start(['--stack', STACK, '--json'], {
      ...CREDENTIALS,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: aws.url,
    }).result();
    const { findings, summary } = JSON.parse(printed);

    expect(findings.filter(({ verdict }: { verdict: string }) => verdict !== 'kept')).toEqual([]);
    expect({ exitCode, complained, summary }).toEqual({
      exitCode: 0,
      complained: '',
      summary: { kept: 45, broken: 0, unknown: 0 },
    });
    expect([...asked].sort()).toEqual(Object.keys(KEPT).sort());
  });

  it('says in one sentence that nothing answers, and ends with 2', async () => {
    aws = await loopbackAws(KEPT);
    await aws.close();

    expect(
      await start(['--outputs', join(folder, 'outputs.json')], { ...CREDENTIALS, AWS_ENDPOINT_URL: aws.url }).result(),
    ).toEqual({
      exitCode: 2,
      signal: null,
      printed: '',
      complained:
        'Nothing could be verified: AWS did not answer (ECONNREFUSED): check the network, the region and AWS_ENDPOINT_URL\n',
    });
  });

  it('says in one sentence that there are no credentials, or no region, and ends with 2', async () => {
    const [noCredentials, noRegion] = await Promise.all([
      start(['--stack', STACK, '--region', 'us-east-1'], {}).result(),
      start(['--stack', STACK], CREDENTIALS).result(),
    ]);

    expect(noCredentials).toMatchObject({ exitCode: 2, printed: '' });
    expect(noCredentials.complained).toMatch(/^The outputs of the stack .* there are no AWS credentials .*\n$/);
    expect(noRegion).toMatchObject({
      exitCode: 2,
      printed: '',
      complained: 'No region is set: say --region, or set AWS_REGION\n',
    });
  });

  it('ends at once when it is interrupted while AWS does not answer', async () => {
    const running: { interrupt?: () => void } = {};
    aws = await loopbackAws(undefined, () => running.interrupt?.());
    const child = start(['--stack', STACK, '--region', 'us-east-1'], { ...CREDENTIALS, AWS_ENDPOINT_URL: aws.url });
    running.interrupt = child.interrupt;

    expect(await child.result()).toEqual({ exitCode: null, signal: 'SIGINT', printed: '', complained: '' });
  });
});
