import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Output } from '../../../lib/outputs';
import { CERTIFICATE_DETAIL, PASSING, STACK, stackWith } from './passing-deployment';
import { type LoopbackAws, loopbackAws } from './loopback-aws';
import { changedOutputs } from './mocked-aws';

const ROOT = join(__dirname, '../../..');

/** Outputs without a token issuer, whose host a test must not call. */
const WITHOUT_ISSUER = changedOutputs({
  [Output.TOKEN_ISSUER]: undefined,
  [Output.TOKEN_AUDIENCE]: undefined,
  [Output.TOKEN_KEYS_URL]: undefined,
  [Output.TOKEN_ALGORITHMS]: undefined,
});

describe('The process of npm run verify', () => {
  let folder: string;
  let aws: LoopbackAws | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'verify-process-'));
    writeFileSync(join(folder, 'outputs.json'), JSON.stringify({ [STACK]: WITHOUT_ISSUER }));
  });
  afterEach(async () => {
    await aws?.close();
    rmSync(folder, { recursive: true });
  });

  /** Starts it as npm does, with only these credentials, Region and settings. */
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
        const [printed, errors, how] = await Promise.all([text(child.stdout), text(child.stderr), end]);
        return { ...how, printed, errors };
      },
    };
  };

  const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

  it('calls AWS_ENDPOINT_URL in the protocol of every service, and exits with 0 if all checks pass', async () => {
    const calls = new Set<string>();
    // The process uses the real clock, so the certificate must be valid now.
    const Certificate = { ...CERTIFICATE_DETAIL, NotAfter: new Date(Date.now() + 90 * 86_400_000) };
    const passed: typeof PASSING = {
      ...PASSING,
      DescribeCertificate: () => ({ Certificate }),
      DescribeStacks: () => stackWith(WITHOUT_ISSUER),
    };
    aws = await loopbackAws(passed, (command) => calls.add(command));

    const { exitCode, printed, errors } = await start(['--stack', STACK, '--json'], {
      ...CREDENTIALS,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: aws.url,
    }).result();
    const { findings, summary } = JSON.parse(printed);

    expect(findings.filter(({ result }: { result: string }) => result !== 'passed')).toEqual([]);
    expect({ exitCode, errors, summary }).toEqual({
      exitCode: 0,
      errors: '',
      summary: { passed: 86, failed: 0, unknown: 0, pending: 0 },
    });
    // The rules of the listener are read only for a deployment with an issuer.
    expect([...calls, 'DescribeRules'].sort()).toEqual(Object.keys(PASSING).sort());
  });

  it('reports one error and exits with 2 if AWS does not respond', async () => {
    aws = await loopbackAws(PASSING);
    await aws.close();

    expect(
      await start(['--outputs', join(folder, 'outputs.json')], { ...CREDENTIALS, AWS_ENDPOINT_URL: aws.url }).result(),
    ).toEqual({
      exitCode: 2,
      signal: null,
      printed: '',
      errors:
        'Nothing could be checked: AWS did not respond (ECONNREFUSED). Fix: check the network, the Region and AWS_ENDPOINT_URL.\n',
    });
  });

  it('reports one error and exits with 2 if there are no credentials or no Region', async () => {
    const [noCredentials, noRegion] = await Promise.all([
      start(['--stack', STACK, '--region', 'us-east-1'], {}).result(),
      start(['--stack', STACK], CREDENTIALS).result(),
    ]);

    expect(noCredentials).toMatchObject({ exitCode: 2, printed: '' });
    expect(noCredentials.errors).toMatch(/^The outputs of the stack .* no AWS credentials found .*\n$/);
    expect(noRegion).toMatchObject({
      exitCode: 2,
      printed: '',
      errors: 'No Region is set. Fix: pass --region or set AWS_REGION.\n',
    });
  });

  it('stops immediately when it is interrupted while AWS does not respond', async () => {
    const running: { interrupt?: () => void } = {};
    aws = await loopbackAws(undefined, () => running.interrupt?.());
    const child = start(['--stack', STACK, '--region', 'us-east-1'], { ...CREDENTIALS, AWS_ENDPOINT_URL: aws.url });
    running.interrupt = child.interrupt;

    expect(await child.result()).toEqual({ exitCode: null, signal: 'SIGINT', printed: '', errors: '' });
  });
});
