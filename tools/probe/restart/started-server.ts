import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../../cli';
import type { Ports } from './ports';

/** Milliseconds that a server can take until it listens. */
const START_TIMEOUT = 120_000;

/** Milliseconds that a server can take to end after SIGTERM. */
const STOP_TIMEOUT = 5_000;

/** Milliseconds between two looks at the port. */
const PERIOD = 50;

/** Maximum number of characters of the command's output that are kept. */
const MOST_OUTPUT = 20_000;

/** Signals that end this program without a chance to stop the server later. */
const ENDING = ['SIGTERM', 'SIGHUP'] as const;

/** The user's server, started by a command of a shell, in a process group of its own. */
export class StartedServer {
  /** The last part of what the command printed. */
  output = '';
  private ended: string | undefined;
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private readonly kill = () => this.signal('SIGKILL');
  private readonly killAndExit = () => {
    this.kill();
    process.exit(2);
  };
  private readonly onInterrupt = () => process.on('SIGINT', this.killAndExit);

  private constructor(
    private readonly command: string,
    private readonly ports: Ports,
    private readonly interrupt: AbortSignal,
  ) {
    // A separate process group: every process that the command starts ends with it, and Ctrl-C reaches only this program.
    this.child = spawn(command, { shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-MOST_OUTPUT);
      });
    }
    this.exited = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        this.ended = signal ? `was ended by ${signal}` : `exited with code ${code}`;
        resolve();
      });
      this.child.once('error', ({ message }) => {
        this.ended = `did not start (${message})`;
        resolve();
      });
    });
    process.once('exit', this.kill);
    // After the first Ctrl-C, a second one must not leave the server behind.
    interrupt.addEventListener('abort', this.onInterrupt);
    for (const signal of ENDING) {
      process.once(signal, this.killAndExit);
    }
  }

  /**
   * Starts the server, and waits until it listens.
   *
   * @throws {CommandError} if something listens already, or if it does not start
   */
  static async start(command: string, ports: Ports, interrupt: AbortSignal): Promise<StartedServer> {
    if (process.platform === 'win32') {
      throw new CommandError(
        '--start is not available on Windows, which has no process groups. Fix: omit it, and restart the server yourself.',
      );
    }
    if (!(await ports.closed())) {
      throw new CommandError(
        `Another process listens at ${ports.where}. Fix: stop it, because --start starts the server itself.`,
      );
    }
    interrupt.throwIfAborted();
    const server = new StartedServer(command, ports, interrupt);
    try {
      await server.listening();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** True if the command ends by itself within the time in milliseconds. */
  async endsWithin(ms: number): Promise<boolean> {
    await Promise.race([sleep(ms), this.exited]);
    return this.ended !== undefined;
  }

  /**
   * Ends the command and all its processes.
   *
   * @throws {CommandError} if the port still accepts connections
   */
  async stop(): Promise<void> {
    try {
      this.signal('SIGTERM');
      if (!(await this.stopped())) {
        this.kill();
        await this.stopped();
      }
      // What is left of the group, such as the children of a shell.
      this.kill();
    } finally {
      // A process that left the group keeps the other ends open, which must not keep this program running.
      this.child.stdout?.destroy();
      this.child.stderr?.destroy();
      this.child.unref();
      process.off('exit', this.kill);
      process.off('SIGINT', this.killAndExit);
      this.interrupt.removeEventListener('abort', this.onInterrupt);
      for (const signal of ENDING) {
        process.off(signal, this.killAndExit);
      }
    }
    if (!this.interrupt.aborted && !(await this.ports.closed())) {
      throw new CommandError(
        `${this.ports.where} still accepts connections after the command of --start was ended. Fix: use a command that runs the server in the foreground, not as a daemon or in a container.`,
      );
    }
  }

  private async listening(): Promise<void> {
    const end = performance.now() + START_TIMEOUT;
    while ((await this.ports.state()) !== 'listening') {
      if (this.ended !== undefined) {
        // Its last words can arrive after its end.
        await sleep(PERIOD, undefined, { signal: this.interrupt });
        throw new CommandError(
          `${this.output}${this.output === '' || this.output.endsWith('\n') ? '' : '\n'}The command of --start ${this.ended} before anything listened at ${this.ports.where}: ${this.command}. Fix: run it by itself first, and check the port.`,
        );
      }
      if (performance.now() > end) {
        throw new CommandError(
          `${this.output}\nNothing listens at ${this.ports.where} ${START_TIMEOUT / 1000} s after the command of --start. Fix: check the host and the port of the URL.`,
        );
      }
      await sleep(PERIOD, undefined, { signal: this.interrupt });
    }
  }

  /** Resolves to true when the command has ended and the ports are closed, and to false after a time. */
  private async stopped(): Promise<boolean> {
    const end = performance.now() + STOP_TIMEOUT;
    while (performance.now() < end) {
      // The look at the port ends with the interrupt; the command's end does not.
      if (this.ended !== undefined && (this.interrupt.aborted || (await this.closed()))) {
        return true;
      }
      await this.endsWithin(PERIOD);
    }
    return false;
  }

  private async closed(): Promise<boolean> {
    try {
      return await this.ports.closed();
    } catch (error) {
      if (this.interrupt.aborted) {
        return true;
      }
      throw error;
    }
  }

  private signal(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) {
      return;
    }
    try {
      process.kill(-pid, signal);
    } catch {
      // The group has ended already.
    }
  }
}
