import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../../..');

/** Servers of a test, each in a separate operating system process. */
export class Servers {
  private readonly started: ChildProcess[] = [];
  private readonly cleanups: (() => void)[] = [];

  /** @param name name of a file in this folder. @returns the port on which it listens */
  async start(name: string, ...args: (string | number)[]): Promise<number> {
    const child = fork(join(__dirname, `${name}.ts`), args.map(String), {
      cwd: ROOT,
      execArgv: ['-r', './bin/typescript.js'],
    });
    this.started.push(child);
    const [port] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`${name} exited with ${code}`);
      }),
    ]);
    return port;
  }

  /** Calls the function when the servers have ended. */
  onStop(cleanup: () => void): void {
    this.cleanups.push(cleanup);
  }

  /** Kills all servers, including blocked ones. */
  async stop(): Promise<void> {
    await Promise.all(
      this.started.splice(0).map(async (child) => {
        if (child.exitCode === null && child.signalCode === null) {
          const exit = once(child, 'exit');
          child.kill('SIGKILL');
          await exit;
        }
      }),
    );
    for (const cleanup of this.cleanups.splice(0)) {
      cleanup();
    }
  }
}

/** Occupies the port of `::1` until the servers stop, so that further connections are not answered. */
export async function fillSilentAddress(servers: Servers, port: number): Promise<void> {
  await servers.start('silent-address', port);
  for (let filler = 0; filler < 2; filler++) {
    const socket = connect(port, '::1');
    servers.onStop(() => socket.destroy());
    socket.on('error', () => socket.destroy());
    await once(socket, 'connect');
  }
}
