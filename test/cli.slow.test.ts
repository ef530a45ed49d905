import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { loadAssembly } from '@twinlane/local';
import { emptyDirectory, synthesized } from './support/cloud-assembly';
import { descendants, ended, type RunningProcess } from './support/processes';
import { run, StartedRunner } from './support/started-runner';
import { stageStack } from './stack/stages';
import { type App, appOf, somebody } from './system/caller';
import { Listener } from './system/listener';
import { publish } from './system/publish';

const assembly = synthesized((app) => void stageStack('dev', {}, app));

jest.setTimeout(30_000);

/** Begins to publish, and keeps the end of the body back until `finish`. */
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
  await publish(app, 'open', 'this one has come after it');
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

describe('what cannot start', () => {
  async function expectRefusal(args: readonly string[], sentence: RegExp): Promise<void> {
    const { code, stderr } = await run(['--json', ...args]);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(code).toBe(1);
  }

  it('says which port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expectRefusal(
      ['--app', assembly, '--port', `${port}`],
      new RegExp(
        `^Port ${port} is in use. Fix: stop the program that uses it, or set another first port \\(--port\\).\n$`,
      ),
    );
    server.close();
  });

  it('says that there is no assembly', () =>
    expectRefusal(['--app', emptyDirectory()], /^The cloud assembly in .* cannot run here:\n- manifest\.json .*\n$/));

  it('says which template is broken', async () => {
    const broken = emptyDirectory();
    cpSync(assembly, broken, { recursive: true });
    writeFileSync(join(broken, 'Twinlane-dev.template.json'), '{"Resources": ');
    await expectRefusal(
      ['--app', broken],
      /^The cloud assembly in .* cannot run here:\n- Twinlane-dev\.template\.json .*\n$/,
    );
  });

  it('says which option it does not know', () => expectRefusal(['--prot', '0'], /unknown option '--prot'/));

  it.each(['-1', '65001', '80.5', 'http'])('says that %s is no port', (port) =>
    expectRefusal([`--port=${port}`], /must be a whole number from 0 to 65000/),
  );

  it.each(['https://app.example.com', 'app.example.com=http://localhost:1', 'https://app.example.com=here'])(
    'says that %s does not replace an origin by another',
    (origin) => expectRefusal(['--origin', origin], /pass two origins, such as https:\/\/app\.example\.com=http:/),
  );

  it('says that --iam is on or off', () => expectRefusal(['--iam', 'maybe'], /Allowed choices are on, off/));
});

test('--help tells of every option', async () => {
  const { code, stdout } = await run(['--help']);
  expect(code).toBe(0);
  expect(stdout.match(/^ +(-\w, )?--\w+/gm)?.map((option) => option.trim())).toEqual([
    '--app',
    '-c, --context',
    '--port',
    '--data',
    '--iam',
    '--origin',
    '--watch',
    '--json',
    '-h, --help',
  ]);
});

test('a function that does not load is told in one line, and everything else goes on', async () => {
  const broken = emptyDirectory();
  cpSync(assembly, broken, { recursive: true });
  const { code } = required(loadAssembly(broken).functions.find(({ logicalId }) => /Message/.test(logicalId)));
  writeFileSync(join('directory' in code ? code.directory : '', 'index.js'), 'exports.handler = ;');
  const runner = await StartedRunner.start(['--app', broken]);
  const listener = await Listener.connect(appOf(runner));
  const from = runner.printed.length;
  listener.socket.send('{"action":"ping"}');
  await listener.receives(() => true);
  // The lane prints and answers on two ways: the line may be read after the frame, but not after the lane has ended.
  expect((await publish(appOf(runner), 'broken', 1)).status).toBe(201);
  await listener.close();
  await runner.stop();
  const told = runner.printed.slice(from).filter(({ of, level }) => of?.includes('Message') && level === 'error');
  expect(told).toMatchObject([{ text: expect.stringMatching(/UserCodeSyntaxError.*Unexpected token/) }]);
});

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it('lets open requests finish, closes sockets with 1001 after $disconnect, and leaves nothing running', async () => {
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

test('a second Ctrl-C stops at once', async () => {
  const runner = await StartedRunner.start(['--app', assembly]);
  const open = await openPublish(appOf(runner));
  const stopped = runner.stop();
  await runner.says(({ text }) => text?.startsWith('Stopping') ?? false);
  process.kill(runner.pid, 'SIGINT');
  expect(await stopped).toBe(0);
  expect(await open.lost).toMatchObject({ code: 'ECONNRESET' });
});

test('Ctrl-C ends a start, too', async () => {
  const started = run(['--json', '--port', '0', '--app', assembly]);
  const aws = await firstChild(/local\/aws\/process/);
  process.kill(aws.parent, 'SIGINT');
  expect((await started).code).toBe(0);
  await ended([aws]);
});

test('nothing outlives a runner that is killed', async () => {
  const runner = await StartedRunner.start(['--app', assembly]);
  const listener = await Listener.connect(appOf(runner));
  expect(descendants(runner.pid).map(({ command }) => command)).toContainEqual(expect.stringContaining('index.js'));
  expect(await runner.stop('SIGKILL')).toBeNull();
  expect(await listener.closed).toBe(1006);
});

/** @returns the first process of this test's runner that was started so. */
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
    throw new Error('expected to be there');
  }
  return value;
}
