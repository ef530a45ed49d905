import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { restart } from '../../../../tools/probe/restart/restart';
import { recordingTerminal } from '../../../tools/recording-terminal';

/** Milliseconds that the first request of a process waits. */
const COLD = 300;

let server: Server;
let port: number;

beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => stop());

/** Ends the server as the end of its process does. */
function stop(): void {
  server.close();
  server.closeAllConnections();
}

/** Starts a new server on the same port. */
function start(listener: RequestListener): void {
  server = createServer(listener).listen(port, '127.0.0.1');
}

/** A server whose first request waits. */
function cold(): RequestListener {
  let started: Promise<unknown> | undefined;
  return async (_, response) => {
    started ??= sleep(COLD);
    await started;
    response.end();
  };
}

const fast: RequestListener = (_, response) => void response.end();

/**
 * Runs the command with a user at the terminal.
 *
 * @param react what the user does after a line on the terminal; returns true to press Enter
 */
async function guided(react: (line: string) => boolean | void, ...args: readonly string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const recording = recordingTerminal();
  const interrupt = new AbortController();
  const user = { input, interrupt };
  const terminal = {
    ...recording,
    stderr: {
      write: (line: string) => {
        recording.stderr.write(line);
        if (react.call(user, line)) {
          input.write('\n');
        }
      },
    },
  };
  const exitCode = await restart(
    [`http://127.0.0.1:${port}/`, ...args],
    terminal,
    input,
    new Date(0),
    interrupt.signal,
  );
  return { exitCode, printed: recording.printed(), errors: recording.errors() };
}

/** The user restarts the server whenever asked. */
function obedient(listener: () => RequestListener) {
  return (line: string): boolean => {
    if (line.startsWith('Restart')) {
      stop();
    } else if (line.endsWith(': stopped\n')) {
      start(listener());
    }
    return line.includes('Press Enter');
  };
}

test('a user who restarts the server three times gets the cold process as the cause, on standard output alone', async () => {
  const { exitCode, printed, errors } = await guided(obedient(cold), '--json');
  const report = JSON.parse(printed);

  expect(exitCode).toBe(1);
  expect(report.causes).toMatchObject([{ id: 'cold-process' }]);
  expect(report.causes[0].adds).toBeGreaterThan(COLD * 0.9);
  expect(report.restarts).toMatchObject([{ seen: true }, { seen: true }, { seen: true }]);
  expect(errors).toContain(
    'Restart 1 of 3: stop your server, start it again, wait until it listens, then press Enter. Do not open the page, and close it where it is open.\n',
  );
  expect(errors).toContain(`  127.0.0.1:${port}: listening. Press Enter.\n`);
  expect(errors).toContain('Restart 3 of 3: ');
});

test('a restart that was not seen counts if the user says so, and a fast process can then be the old one', async () => {
  stop();
  start(fast);
  const { exitCode, printed, errors } = await guided((line) => line.startsWith('Restart'), '--json');

  expect(exitCode).toBe(2);
  expect(errors).toMatch(/The port refused no connection, so this restart was not seen\. It counts if you did restart/);
  expect(JSON.parse(printed).undecided[0].question).toBe('whether the process was new after restart 1 and 2 and 3');
});

test('a user who presses Enter too early is asked to wait', async () => {
  let early = false;
  const user = obedient(() => fast);
  const { exitCode, errors } = await guided((line) => {
    if (line.endsWith(': stopped\n') && !early) {
      early = true;
      return true;
    }
    if (line.includes('does not listen yet')) {
      start(fast);
      return false;
    }
    return user(line);
  });

  expect(errors).toContain(`  127.0.0.1:${port} does not listen yet. Wait, then press Enter.\n`);
  expect(exitCode).toBe(0);
});

test('a user who ends the input gets a fix', async () => {
  const { exitCode, errors } = await guided(function (this: { input: PassThrough }, line) {
    if (line.startsWith('Restart')) {
      this.input.end();
    }
  });

  expect(exitCode).toBe(2);
  expect(errors).toMatch(/^The input ended\. Fix: run it in a terminal, or pass --start 'COMMAND'\.$/m);
});

test('a user can interrupt the guide', async () => {
  const { exitCode, errors } = await guided(function (this: { interrupt: AbortController }, line) {
    if (line.startsWith('Restart')) {
      setImmediate(() => this.interrupt.abort());
    }
  });

  expect(exitCode).toBe(2);
  expect(errors).toMatch(/^Interrupted before the third restart was measured\. Fix: run it again\.$/m);
});

test('without a terminal, nobody is asked', async () => {
  const terminal = recordingTerminal();
  const { signal } = new AbortController();
  const exitCode = await restart(['http://127.0.0.1:1/'], terminal, new PassThrough(), new Date(0), signal);

  expect(exitCode).toBe(2);
  expect(terminal.errors()).toBe(
    "Restarts by hand need a terminal. Fix: pass --start 'COMMAND' with the command that starts your server.\n",
  );
});
