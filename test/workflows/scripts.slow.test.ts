import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { emptyDirectory } from '../support/cloud-assembly';
import { forkOfProject } from '../support/fork';
import { DEPLOY, scriptOf, STEPS } from './workflows';

const PROJECT = resolve(__dirname, '../..');

const CLI = join(PROJECT, 'node_modules/aws-cdk/bin/cdk');

jest.setTimeout(120_000);

interface Run {
  readonly status: number | null;
  readonly output: string;
  /** Arguments of each command of the name `npx`. */
  readonly npx: readonly string[][];
  /** Folder RUNNER_TEMP of the job. */
  readonly folder: string;
  readonly summary: string;
}

interface World {
  /** Body of a script that replaces `aws`. */
  readonly aws?: string;
  /** Body of a script that replaces `npx`; the default only records its arguments. */
  readonly npx?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Working directory. */
  readonly cwd?: string;
}

/** Runs a script as GitHub does, with programs that replace `aws` and `npx`. */
function runScript(script: string, { aws, npx, environment, folder = emptyDirectory(), cwd = folder }: World): Run {
  const programs = join(folder, 'programs');
  mkdirSync(programs, { recursive: true });
  const recorded = join(folder, 'npx.txt');
  program(join(programs, 'aws'), aws ?? 'exit 99');
  program(join(programs, 'npx'), `printf '%s\\n' "$@" . >>"${recorded}"\n${npx ?? ''}`);
  const summary = join(folder, 'summary.md');
  const file = join(folder, 'script.sh');
  writeFileSync(file, script);
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-e', file], {
    cwd,
    encoding: 'utf8',
    maxBuffer: Infinity,
    env: {
      ...process.env,
      ...DEPLOY.env,
      PATH: `${programs}${delimiter}${process.env.PATH}`,
      RUNNER_TEMP: folder,
      GITHUB_STEP_SUMMARY: summary,
      ...environment,
    },
  });
  const calls = existsSync(recorded) ? readFileSync(recorded, 'utf8').split('\n.\n').slice(0, -1) : [];
  return {
    ...{ status, folder, output: `${stdout}${stderr}` },
    npx: calls.map((call) => call.split('\n')),
    summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '',
  };
}

function program(path: string, body: string): void {
  writeFileSync(path, `#!/usr/bin/env bash\n${body}\n`);
  chmodSync(path, 0o755);
}

const NO_STACK = `echo 'An error occurred (ValidationError): Stack with id Twinlane-prod does not exist' >&2; exit 254`;

const REFUSED = `echo 'An error occurred (AccessDenied): not authorized' >&2; exit 254`;

const ARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:Twinlane-prod-TwinLane';

/** @param call - arguments of `npx` @returns the arguments as the installed CLI reads them */
function readByCli(call: readonly string[]): string {
  // An app that fails: the CLI has already printed its arguments, to standard output if CI is set.
  const { stdout, stderr } = spawnSync('node', [CLI, ...call.slice(1), '-vv', '--app', 'false'], {
    ...{ cwd: emptyDirectory(), encoding: 'utf8' },
    env: { ...process.env, ...NO_CREDENTIALS },
  });
  return `${stdout}${stderr}`.split('Command line arguments:')[1] ?? '';
}

describe('the script that deploys', () => {
  const DEPLOYMENT = ['cdk', 'deploy', 'Twinlane-prod', '-c', 'stage=prod', '--require-approval', 'never'];

  const deploy = (aws: string, DURING_ALARM = 'false') =>
    runScript(scriptOf('deploy', 'Deploy'), { aws, environment: { DURING_ALARM, MONITORING_MINUTES: '15' } });

  it('passes each alarm of the output as a rollback trigger', () => {
    const { status, npx } = deploy(`echo '${ARN}-http-errors,${ARN}-websocket-errors'`);
    expect(status).toBe(0);
    expect(npx).toEqual([
      [
        ...[...DEPLOYMENT, '--progress', 'events', '--no-notices'],
        ...['--monitoring-time-minutes', '15'],
        ...['--rollback-trigger-alarm-arns', `${ARN}-http-errors`],
        ...['--rollback-trigger-alarm-arns', `${ARN}-websocket-errors`],
      ],
    ]);
  });

  it('has arguments that the installed CLI reads as all alarms, and as one stack', () => {
    const [call = []] = deploy(`echo '${ARN}-http-errors,${ARN}-websocket-errors'`).npx;
    const read = readByCli(call);
    expect(read).toMatch(/ rollbackTriggerAlarmArns: \[[^\]]*-http-errors',[^\]]*-websocket-errors'[^\]]*\]/);
    expect(read).toMatch(/ STACKS: \[ 'Twinlane-prod' \]/);
    expect(read).toMatch(/ monitoringTimeMinutes: 15,/);
  });

  it('has the same triggers as the command of the runbook', () => {
    const runbook = readFileSync(join(PROJECT, 'docs/runbook.md'), 'utf8');
    const [command = ''] = /npx cdk deploy .*RollbackAlarmArns.*/.exec(runbook) ?? [];
    const { npx } = runScript(`output() { echo '${ARN}-http-errors,${ARN}-websocket-errors'; }\n${command}`, {});
    const read = readByCli(npx[0] ?? []);
    expect(read).toMatch(/ rollbackTriggerAlarmArns: \[[^\]]*-http-errors',[^\]]*-websocket-errors'[^\]]*\]/);
    // All stacks of the app.
    expect(read).not.toMatch(/ STACKS: \[/);
    expect(read).toMatch(/ monitoringTimeMinutes: 15,/);
  });

  it.each([
    ['the stack has no such output', 'true', 'false'],
    ['the output is an empty list', 'echo none', 'false'],
    ['it runs by hand during an alarm', `echo '${ARN}-http-errors'`, 'true'],
  ])('removes the triggers of the deployment before if %s', (_, aws, duringAlarm) => {
    const { status, npx } = deploy(aws, duringAlarm);
    expect(status).toBe(0);
    expect(npx.map((call) => call.slice(-2))).toEqual([['--rollback-trigger-alarm-arns', 'none']]);
  });

  it.each([
    ['does not exist', NO_STACK],
    ['may not be read', REFUSED],
  ])('deploys nothing if the stack %s, and says what to do', (_, aws) => {
    const { status, npx, output } = deploy(aws);
    expect(status).toBe(1);
    expect(npx).toEqual([]);
    expect(output).toContain('::error::The stack Twinlane-prod cannot be read. Fix: deploy it by hand first');
  });

  it('fails if the deployment fails', () => {
    const run = runScript(scriptOf('deploy', 'Deploy'), {
      ...{ aws: 'true', npx: 'exit 7' },
      environment: { DURING_ALARM: 'false', MONITORING_MINUTES: '15' },
    });
    expect(run.status).toBe(7);
  });
});

describe('the script that reads the deployed template', () => {
  const read = (aws: string) => runScript(scriptOf('diff', 'Read the deployed template'), { aws });

  const templateIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'deployed.json'), 'utf8'));

  it('saves the template', () => {
    const { status, folder } = read(`echo '{"Resources":{}}'`);
    expect(status).toBe(0);
    expect(templateIn(folder)).toEqual({ Resources: {} });
  });

  it('saves an empty template if the stack does not exist', () => {
    const { status, folder } = read(NO_STACK);
    expect(status).toBe(0);
    expect(templateIn(folder)).toEqual({});
  });

  it('fails for any other error, and prints it', () => {
    const { status, output } = read(REFUSED);
    expect(status).not.toBe(0);
    expect(output).toContain('not authorized');
  });
});

describe('the script that shows the changes', () => {
  const script = scriptOf('diff', 'Show the changes');

  it('compares the deployed template with the branch, without credentials and without a connection to AWS', () => {
    const fork = forkOfProject();
    const folder = emptyDirectory();
    const environment = { ...NO_CREDENTIALS, CI: 'true' };
    const npx = `exec node "${CLI}" "\${@:2}"`;
    const synthesis = spawnSync('node', [CLI, 'synth', '-q', '-c', 'stage=prod'], { cwd: fork, encoding: 'utf8' });
    expect(synthesis.status).toBe(0);
    const template = join(fork, 'cdk.out', 'Twinlane-prod.template.json');
    writeFileSync(join(folder, 'deployed.json'), readFileSync(template, 'utf8'));

    const same = runScript(script, { folder, cwd: fork, npx, environment });
    expect([same.status, same.summary]).toEqual([0, expect.stringContaining('There were no differences')]);

    const deployed = JSON.parse(readFileSync(template, 'utf8'));
    deployed.Outputs.Old = { Value: 'removed' };
    writeFileSync(join(folder, 'deployed.json'), JSON.stringify(deployed));
    const changed = runScript(script, { folder, cwd: fork, npx, environment });
    expect([changed.status, changed.summary]).toEqual([0, expect.stringContaining('Old')]);
    expect(changed.summary).toMatch(/^## Changes of Twinlane-prod\n/m);

    writeFileSync(join(folder, 'deployed.json'), '{}');
    const first = runScript(script, { folder, cwd: fork, npx, environment });
    expect([first.status, first.summary]).toEqual([0, expect.stringContaining('[+] AWS::DynamoDB')]);
  });

  it('shortens changes that are too large for a summary', () => {
    const { status, output, summary } = runScript(script, { npx: 'head -c 2000000 /dev/zero | tr "\\0" x' });
    expect(status).toBe(0);
    expect(output.length).toBeGreaterThanOrEqual(2_000_000);
    expect(summary.length).toBeLessThan(1024 * 1024);
    expect(summary).toMatch(/x\n````\n$/);
  });

  it('fails if the branch cannot be synthesized', () => {
    const { status, output } = runScript(script, { npx: `echo 'cdk.json has problems' >&2; exit 1` });
    expect(status).toBe(1);
    expect(output).toContain('cdk.json has problems');
  });
});

/** No credentials of AWS, from any source, and no proxy that answers. */
const NO_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_PROFILE: '',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  HTTPS_PROXY: 'http://127.0.0.1:9',
};

test.each(['diff', 'deploy'])('each option of cdk %s exists in the installed CLI', (command) => {
  const { stdout } = spawnSync('node', [CLI, command, '--help'], { encoding: 'utf8' });
  const scripts = STEPS.flatMap(({ run = '' }) => (run.includes(`npx cdk ${command}`) ? [run] : []));
  const options = scripts.flatMap((script) =>
    script
      .split('\n')
      .filter((line) => line.includes('npx cdk') || line.includes('triggers='))
      .flatMap((line) => line.match(/ --[a-z-]+|\(--[a-z-]+/g) ?? [])
      .map((option) => option.slice(1)),
  );
  const isKnown = (option: string) =>
    stdout.includes(`${option} `) || stdout.includes(`${option.replace('--no-', '--')} `);
  expect(options.length).toBeGreaterThan(2);
  expect(options.filter((option) => !isKnown(option))).toEqual([]);
});
