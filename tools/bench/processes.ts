import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

const PROJECT = resolve(__dirname, '../..');

/** Arguments with which a Node.js process loads TypeScript. */
export const TYPESCRIPT: readonly string[] = ['-r', join(PROJECT, 'bin/typescript.js')];

/** Environment variables with invalid credentials, in place of the user's own. */
export const NO_ACCOUNT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  // As long as the session token of a role.
  AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjE'.repeat(45),
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

export interface Program {
  /** @default process.execPath */
  readonly node?: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a process. @returns its standard output. Throws with its standard error if it fails */
export async function outputOf(program: Program): Promise<string> {
  const child = start(program);
  child.stdin.end();
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) {
    throw new Error(`${program.args.join(' ')} exited with ${code}:\n${errors}`);
  }
  return output;
}

/** Process that responds to each line on its standard input with a line on its standard output. */
export class Companion {
  private readonly lines: AsyncIterator<string>;

  private constructor(private readonly child: ReturnType<typeof start>) {
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.pipe(process.stderr);
  }

  /** @returns the process, and the first line that it prints */
  static async start(program: Program): Promise<[Companion, string]> {
    const companion = new Companion(start(program));
    return [companion, await companion.line()];
  }

  send(line: string): Promise<string> {
    this.child.stdin.write(`${line}\n`);
    return this.line();
  }

  async stop(): Promise<void> {
    this.child.stdin.end();
    await once(this.child, 'close');
  }

  private async line(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done) {
      throw new Error(`${this.child.spawnargs.join(' ')} has exited`);
    }
    return value;
  }
}

function start({ node = process.execPath, args, env }: Program): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn(node, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
}
