import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { type CanaryReport, MEASUREMENTS } from '../../lambda/canary/canary';
import { LIMITS, type Limits } from '../../lambda/canary/limits';
import { runCanary } from '../../lambda/canary/run-canary';
import { command } from '../../tools/canary/local/command';
import { recordingTerminal } from '../tools/recording-terminal';

const ROOT = join(__dirname, '../..');
const PROGRAM = 'tools/canary/local/main.ts';

/** Milliseconds to wait for an answer that cannot come, because its process is stopped. */
const SHORT = 2000;

let runner: StartedRunner;
/** Port of the page, by which the command finds the app. */
let port: string;

beforeAll(async () => {
  const assembly = synthesized((cdk) => void stageStack('dev', {}, cdk));
  runner = await StartedRunner.start(['--app', assembly], ROOT, 'tools/demo/main.ts');
  ({ port } = new URL(runner.pageUrl));
}, 60_000);

afterAll(() => runner?.stop());

/** An app whose dispatch function gets no records of the stream. */
async function appWithoutDispatch(): Promise<StartedRunner> {
  const assembly = synthesized((cdk) => {
    const stack = stageStack('dev', {}, cdk);
    const mappings = stack.node.findAll().filter((one) => one instanceof CfnEventSourceMapping);
    const ofDispatch = mappings.filter(({ node }) => node.path.includes('/Dispatch/'));
    expect(ofDispatch).toHaveLength(1);
    ofDispatch.forEach((mapping) => (mapping.enabled = false));
  });
  return StartedRunner.start(['--app', assembly], ROOT, 'tools/demo/main.ts');
}

type Report = CanaryReport & { readonly target: unknown };

/** Runs the command as its own process, as npm does. */
function runProcess(args: readonly string[]): Promise<{ exitCode: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['-r', './bin/typescript.js', PROGRAM, ...args],
      { cwd: ROOT },
      (error, stdout, stderr) => resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
    );
  });
}

/** Runs the command while a process of the app is stopped: it accepts connections, and answers nothing. */
async function runWhileStopped(
  name: string,
  limits: Partial<Limits>,
): Promise<{ exitCode: number; outcomes: object; printed: string }> {
  const { pid } = runner.child(name);
  process.kill(pid, 'SIGSTOP');
  try {
    const terminal = recordingTerminal();
    let report: CanaryReport | undefined;
    const exitCode = await command(['--port', port], terminal, async (target, signIn) => {
      report = await runCanary(target, signIn, { ...LIMITS, ...limits });
      return report;
    });
    return { exitCode, outcomes: outcomesOf(report), printed: terminal.printed() };
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

function outcomesOf(report: CanaryReport | undefined): object {
  return Object.fromEntries(Object.entries(report?.checks ?? {}).map(([name, { outcome }]) => [name, outcome]));
}

test('npm run canary:local passes all checks of an app that runs, with all measurements', async () => {
  const { exitCode, stdout, stderr } = await runProcess(['--port', port, '--json']);
  const { target, measurements, ...report } = JSON.parse(stdout) as Report;
  expect({ exitCode, stderr, outcomes: outcomesOf({ measurements, ...report }) }).toEqual({
    exitCode: 0,
    stderr: '',
    outcomes: { signIn: 'passed', http: 'passed', webSocket: 'passed', delivery: 'passed' },
  });
  expect(target).toEqual({ httpUrl: runner.url('http'), webSocketUrl: runner.url('websocket') });
  expect(Object.keys(measurements).sort()).toEqual(Object.keys(MEASUREMENTS).sort());
  expect(Object.values(measurements).filter((value) => !(value > 0))).toEqual([]);
}, 60_000);

test('npm run canary:local finds that only the HTTP lane fails while its process is stopped', async () => {
  const { exitCode, outcomes, printed } = await runWhileStopped('http', { request: SHORT });
  expect({ exitCode, outcomes }).toEqual({
    exitCode: 1,
    outcomes: { signIn: 'passed', http: 'failed', webSocket: 'passed', delivery: 'notTried' },
  });
  expect(printed).toMatch(/^The HTTP lane fails\. The WebSocket lane works\.\n/);
}, 60_000);

test('npm run canary:local finds that only the WebSocket lane fails while its process is stopped', async () => {
  const { exitCode, outcomes, printed } = await runWhileStopped('websocket', { webSocket: SHORT });
  expect({ exitCode, outcomes }).toEqual({
    exitCode: 1,
    outcomes: { signIn: 'passed', http: 'passed', webSocket: 'failed', delivery: 'notTried' },
  });
  expect(printed).toMatch(/^The HTTP lane works\. The WebSocket lane fails\.\n/);
}, 60_000);

test('npm run canary:local finds that only the delivery fails while the functions that deliver are stopped', async () => {
  const { exitCode, outcomes, printed } = await runWhileStopped('events', { push: SHORT });
  expect({ exitCode, outcomes }).toEqual({
    exitCode: 1,
    outcomes: { signIn: 'passed', http: 'passed', webSocket: 'passed', delivery: 'failed' },
  });
  expect(printed).toMatch(/^Both lanes work\. But a published message does not arrive\.\n/);
}, 60_000);

test('npm run canary:local finds that only the delivery fails while the stream of the message log is not read', async () => {
  const app = await appWithoutDispatch();
  try {
    const terminal = recordingTerminal();
    let report: CanaryReport | undefined;
    await command(['--port', new URL(app.pageUrl).port], terminal, async (target, signIn) => {
      report = await runCanary(target, signIn, { ...LIMITS, push: SHORT });
      return report;
    });
    expect(outcomesOf(report)).toEqual({
      signIn: 'passed',
      http: 'passed',
      webSocket: 'passed',
      delivery: 'failed',
    });
    expect(report?.checks.delivery).toEqual({
      outcome: 'failed',
      reason: expect.stringMatching(/: the second message, which is only in the stream: no answer within 2 s$/),
    });
  } finally {
    await app.stop();
  }
}, 120_000);

describe('npm run canary:local prints no stack trace', () => {
  /** Prints the help. @param stdout - a file, or a pipe that is closed at once */
  const print = async (stdout: number | 'pipe') => {
    const child = spawn(process.execPath, ['-r', './bin/typescript.js', PROGRAM, '--help'], {
      cwd: ROOT,
      stdio: ['ignore', stdout, 'pipe'],
    });
    child.stdout?.destroy();
    const [errors] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, 'close')]);
    return { exitCode: child.exitCode, errors };
  };

  test('if the reader of its output closes the pipe', async () => {
    expect(await print('pipe')).toEqual({ exitCode: 2, errors: '' });
  }, 60_000);

  (existsSync('/dev/full') ? test : test.skip)(
    'if the disk is full',
    async () => {
      const full = openSync('/dev/full', 'w');
      try {
        expect(await print(full)).toEqual({
          exitCode: 2,
          errors: 'The output cannot be written (ENOSPC). Fix: check the disk, or print to another file.\n',
        });
      } finally {
        closeSync(full);
      }
    },
    60_000,
  );
});
