import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { loadAssembly } from '../tools/local';
import { emptyDirectory, synthesized } from './support/cloud-assembly';
import { descendants, ended, type RunningProcess } from './support/processes';
import { run, StartedRunner } from './support/started-runner';
import { stageStack } from './stack/stages';
import { type App, appOf, somebody } from './system/caller';
import { Listener } from './system/listener';
import { publish } from './system/publish';

const assembly = synthesized((app) => void stageStack('dev', {}, app));

jest.setTimeout(30_000);

/** Starts a publish request and sends the end of its body only when `finish` is called. */
async function openPublish(app: App): Promise<{ finish(): Promise<number | undefined>; lost: Promise<unknown> }> {
  const open: ClientRequest = request(`${app.httpUrl}/v1/topics/open/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await app.token(somebody())}`,
      'content-type': 'application/json',
      'content-length': '10',
    },
  });
  const answered = once(open, 'response');
  const lost = answered.catch((error: unknown) => error);
  open.write('{"data":');
  await publish(app, 'open', 'published while the first request is open');
  return {
    lost,
    async finish() {
      open.end('1}');
      const [response] = await answered;
      response.resume();
      return response.statusCode;
    },
  };
}

describe('the runner with an input that it cannot start with', () => {
  async function expectUserError(args: readonly string[], message: RegExp): Promise<void> {
    const { code, stderr } = await run(['--json', ...args]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(code).toBe(1);
  }

  it('reports the port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expectUserError(
      ['--app', assembly, '--port', `${port}`],
      new RegExp(
        `^Port ${port} is in use. Fix: stop the program that uses it, or set another first port \\(--port\\).\n$`,
      ),
    );
    server.close();
  });

  it('reports a missing cloud assembly', () =>
    expectUserError(
      ['--app', emptyDirectory()],
      /^There is no cloud assembly in ".*": it has no manifest\.json\. Fix: run cdk synth, .*\n$/,
    ));

  it('reports the template that cannot be parsed', async () => {
    const broken = emptyDirectory();
    cpSync(assembly, broken, { recursive: true });
    writeFileSync(join(broken, 'Twinlane-dev.template.json'), '{"Resources": ');
    await expectUserError(
      ['--app', broken],
      /^The cloud assembly in .* cannot run here:\n- Twinlane-dev\.template\.json .*\n$/,
    );
  });

  it('reports an unknown option', () => expectUserError(['--prot', '0'], /unknown option '--prot'/));

  it.each(['-1', '65001', '80.5', 'http'])('reports that %s is not a port', (port) =>
    expectUserError([`--port=${port}`], /must be a whole number from 0 to 65000/),
  );

  it.each(['https://app.example.com', 'app.example.com=http://localhost:1', 'https://app.example.com=here'])(
    'reports that %s does not replace one origin with another',
    (origin) => expectUserError(['--origin', origin], /pass two origins, such as https:\/\/app\.example\.com=http:/),
  );

  it('reports a stack that the app does not have, with those that it has', () =>
    expectUserError(
      ['--app', assembly, '--stack', 'Live'],
      /^No stack matches "Live"\. Fix: pass one of Twinlane-dev with --stack\.\n$/,
    ));

  it('reports that a Region must have the form of one', () =>
    expectUserError(['--region', 'Ireland'], /It must be a Region, such as eu-west-1\./));

  it('reports that an account must have 12 digits', () =>
    expectUserError(['--account', '1'], /It must be an account id of 12 digits\./));

  it('reports that --iam must be on or off', () => expectUserError(['--iam', 'maybe'], /Allowed choices are on, off/));
});

test('--help lists every option', async () => {
  const { code, stdout } = await run(['--help']);
  expect(code).toBe(0);
  expect(stdout.match(/^ +(-\w, )?--[\w-]+/gm)?.map((option) => option.trim())).toEqual([
    '--app',
    '-c, --context',
    '--stack',
    '--region',
    '--account',
    '--port',
    '--data',
    '--iam',
    '--origin',
    '--container',
    '--parameter',
    '--env-file',
    '--latency',
    '--disconnect-delay',
    '--console',
    '--watch',
    '--json',
    '--version',
    '-h, --help',
  ]);
});

test('a function that cannot be loaded is logged in one line, and everything else keeps running', async () => {
  const broken = emptyDirectory();
  cpSync(assembly, broken, { recursive: true });
  const { code } = required(loadAssembly(broken).functions.find(({ logicalId }) => /Message/.test(logicalId)));
  writeFileSync(join('directory' in code ? code.directory : '', 'index.js'), 'exports.handler = ;');
  const runner = await StartedRunner.start(['--app', broken]);
  const listener = await Listener.connect(appOf(runner));
  const from = runner.printed.length;
  listener.socket.send('{"action":"ping"}');
  await listener.receives(() => true);
  // Log lines and frames arrive on separate streams. The line can arrive after the frame, but not after the process has ended.
  expect((await publish(appOf(runner), 'broken', 1)).status).toBe(201);
  await listener.close();
  await runner.stop();
  const logged = runner.printed.slice(from).filter(({ of, level }) => of?.includes('Message') && level === 'error');
  expect(logged).toMatchObject([{ text: expect.stringMatching(/UserCodeSyntaxError.*Unexpected token/) }]);
});

describe.each(['SIGINT', 'SIGTERM'] as const)('the runner after %s', (signal) => {
  it('finishes open requests, closes sockets with 1001 after $disconnect, and leaves no process running', async () => {
    const runner = await StartedRunner.start(['--app', assembly]);
    const listener = await Listener.connect(appOf(runner));
    const open = await openPublish(appOf(runner));
    const stopped = runner.stop(signal);
    expect(await listener.closed).toBe(1001);
    expect(await open.finish()).toBe(201);
    expect(await stopped).toBe(0);
    expect(runner.printed).toContainEqual(
      expect.objectContaining({ process: 'websocket', text: expect.stringMatching(/\$disconnect: 200/) }),
    );
  });
});

test('a second Ctrl-C stops the runner immediately', async () => {
  const runner = await StartedRunner.start(['--app', assembly]);
  const open = await openPublish(appOf(runner));
  const stopped = runner.stop();
  await runner.says(({ text }) => text?.startsWith('Stopping') ?? false);
  process.kill(runner.pid, 'SIGINT');
  expect(await stopped).toBe(0);
  expect(await open.lost).toMatchObject({ code: 'ECONNRESET' });
});

test('Ctrl-C stops a runner that is starting', async () => {
  const started = run(['--json', '--port', '0', '--app', assembly]);
  const aws = await firstChild(/local\/aws\/process/);
  process.kill(aws.parent, 'SIGINT');
  expect((await started).code).toBe(0);
  await ended([aws]);
});

test('no process keeps running after the runner is killed', async () => {
  const runner = await StartedRunner.start(['--app', assembly]);
  const listener = await Listener.connect(appOf(runner));
  expect(descendants(runner.pid).map(({ command }) => command)).toContainEqual(expect.stringContaining('index.js'));
  expect(await runner.stop('SIGKILL')).toBeNull();
  expect(await listener.closed).toBe(1006);
});

/** @returns the first process of this test's runner whose command line matches. */
async function firstChild(command: RegExp): Promise<RunningProcess> {
  for (;;) {
    const found = descendants(process.pid).find((one) => command.test(one.command));
    if (found) {
      return found;
    }
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('expected a value');
  }
  return value;
}
