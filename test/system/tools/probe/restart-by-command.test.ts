import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CauseId } from '../../../../tools/probe/diagnosis/cause';
import type { RestartReport } from '../../../../tools/probe/restart/report';
import { descendants, ended } from '../../../support/processes';
import type { ColdOptions } from '../../../tools/probe/restart/servers/cold';

const ROOT = join(__dirname, '../../../..');

/** Processes that a failed test would leave. */
const started: ChildProcess[] = [];

jest.setTimeout(120_000);
afterEach(() => {
  for (const { pid } of started.splice(0)) {
    for (const one of pid === undefined ? [] : [...descendants(pid).map((each) => each.pid), pid]) {
      try {
        process.kill(one, 'SIGKILL');
      } catch {
        // It has ended, as it does in a test that passes.
      }
    }
  }
});

/** @returns a port on which nothing listens */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Command line of a server for a shell. */
function command(options: ColdOptions): string {
  return `"${process.execPath}" -r ./bin/typescript.js test/tools/probe/restart/servers/cold.ts '${JSON.stringify(options)}'`;
}

/** Starts the command as npm does. */
function restarting(port: number, start: string, ...args: readonly string[]) {
  const all = [
    'tools/probe/main.ts',
    'restart',
    `http://127.0.0.1:${port}/`,
    '--start',
    start,
    '--settle',
    '0',
    '--json',
    ...args,
  ];
  const child = spawn(process.execPath, ['-r', './bin/typescript.js', ...all], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const result = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return {
    child,
    result: async () => {
      const [printed, errors, [exitCode]] = await result;
      return { exitCode, printed, errors };
    },
  };
}

async function report(options: Omit<ColdOptions, 'port'>, withSocket: boolean): Promise<RestartReport> {
  const port = await freePort();
  const socket = withSocket ? ['--websocket', `ws://127.0.0.1:${port}/`] : [];
  const { exitCode, printed, errors } = await restarting(port, command({ port, ...options }), ...socket).result();
  expect(errors.replaceAll(/^Restart \d of 3 is repeated: .*\n/gm, '')).toBe('');
  const parsed: RestartReport = JSON.parse(printed);
  expect(exitCode).toBe(parsed.exitCode);
  expect(await accepts(port)).toBe(false);
  return parsed;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    // Without a server, the kernel can choose this port for the client, which is then connected to itself.
    return socket.localPort !== port;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Resolves when nothing listens on the port. The threads of a killed process end one after the other, and the last one closes it. */
async function refused(port: number): Promise<void> {
  while (await accepts(port)) {
    await new Promise(setImmediate);
  }
}

interface Planted {
  readonly what: string;
  readonly options: Omit<ColdOptions, 'port'>;
  readonly socket: boolean;
  readonly causes: readonly CauseId[];
}

const PLANTED: readonly Planted[] = [
  { what: 'nothing', options: {}, socket: false, causes: [] },
  { what: 'an import', options: { requestImport: 340 }, socket: false, causes: ['cold-process'] },
  {
    what: 'an import, and work for each connection',
    options: { requestImport: 340, perConnection: 150 },
    socket: false,
    causes: ['cold-process'],
  },
  {
    what: 'an import in each of four workers',
    options: { requestImport: 250, workers: 4 },
    socket: false,
    causes: ['cold-process'],
  },
  { what: 'nothing, beside a socket', options: {}, socket: true, causes: [] },
  {
    what: 'an import in the handler of a socket that was accepted',
    options: { socketImport: 340 },
    socket: true,
    causes: ['cold-socket'],
  },
  {
    what: 'an import in the handler of a socket before it is accepted',
    options: { socketImport: 340, acceptsLate: true },
    socket: true,
    causes: ['cold-socket'],
  },
  {
    what: 'an import that socket and request share',
    options: { sharedImport: 340 },
    socket: true,
    causes: ['cold-process', 'cold-socket'],
  },
  {
    what: 'a connection to a database that socket and request share',
    options: { sharedDatabase: 250, acceptsLate: true },
    socket: true,
    causes: ['cold-process', 'cold-socket'],
  },
  {
    what: 'an import of the socket, and a connection to a database of the request',
    options: { socketImport: 340, requestDatabase: 200, acceptsLate: true },
    socket: true,
    causes: ['cold-process', 'cold-socket'],
  },
];

test.each(PLANTED)('three restarts by a command find $what', async ({ options, socket, causes }) => {
  const { causes: found, restarts } = await report(options, socket);

  expect(found.map(({ id }) => id).sort()).toEqual(causes);
  expect(restarts.map(({ order }) => order)).toEqual(
    socket ? ['request alone', 'socket first', 'both at once'] : Array(3).fill('request alone'),
  );
});

test('the parts of the first request come from Server-Timing', async () => {
  const { causes } = await report({ requestImport: 200, requestDatabase: 150, named: true }, false);

  expect(causes[0]?.found).toMatch(/By the header Server-Timing: import \d+ ms, db \d+ ms\.$/);
});

test('a command that fails shows its output and a fix', async () => {
  const port = await freePort();
  const { exitCode, printed, errors } = await restarting(port, 'echo "no module app" >&2; exit 3').result();

  expect({ exitCode, printed }).toEqual({ exitCode: 2, printed: '' });
  expect(errors).toMatch(
    /^no module app\nThe command of --start exited with code 3 before anything listened at 127\.0\.0\.1:\d+: echo .* Fix: run it by itself first, and check the port\.\n$/,
  );
});

test('a server that ends during the first request shows its output and a fix', async () => {
  const port = await freePort();
  const { exitCode, errors } = await restarting(port, command({ port, crashes: true })).result();

  expect(exitCode).toBe(2);
  expect(errors).toMatch(/No module named app\nThe server ended by itself\. .* closed the connection .* Fix: /);
});

test('a server that loads its app after it listens gets time for that', async () => {
  const port = await freePort();
  const loading = restarting(port, command({ port, loads: 700 }), '--settle', '2');
  const { exitCode, printed } = await loading.result();

  expect([exitCode, JSON.parse(printed).causes]).toEqual([0, []]);
});

test('a port that is in use already is reported before anything is started', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const { exitCode, errors } = await restarting(port, 'false').result();

    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^Another process listens at 127\.0\.0\.1:\d+\. Fix: stop it, /);
  } finally {
    server.close();
  }
});

test('a status that the page does not expect ends the restarts with a fix, and the server', async () => {
  const port = await freePort();
  const { exitCode, errors } = await restarting(port, command({ port, status: 404 })).result();

  expect(exitCode).toBe(2);
  expect(errors).toMatch(/was answered 404: the path does not exist\. Fix: /);
  expect(await accepts(port)).toBe(false);
});

test('a command that leaves the server in the background gets a fix', async () => {
  const port = await freePort();
  const { exitCode, errors } = await restarting(port, command({ port, daemon: true, endAfter: 20_000 })).result();

  expect(exitCode).toBe(2);
  expect(errors).toMatch(
    / still accepts connections after the command of --start was ended\. Fix: use a command that /,
  );
});

test('a server that ignores SIGTERM is killed', async () => {
  const port = await freePort();
  await restarting(port, command({ port, stubborn: true, status: 404 })).result();

  await refused(port);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the command, and every process of the server', async (signal) => {
  const port = await freePort();
  // The shell stays, with the server as its child.
  const { child, result } = restarting(port, `${command({ port, always: 20_000 })}; true`);
  while (!(await accepts(port))) {
    await new Promise(setImmediate);
  }
  const { pid } = child;
  const processes = pid === undefined ? [] : descendants(pid);
  child.kill(signal);
  const { exitCode } = await result();

  expect(processes.length).toBeGreaterThan(1);
  expect(exitCode).toBe(2);
  await ended(processes);
  await refused(port);
});
