import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Output of a program that failed. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';

  constructor(
    program: string,
    readonly output: string,
  ) {
    super(`${program} failed: ${output}`);
  }
}

/**
 * Runs a program in a process group of its own, which can be killed with all of its processes.
 *
 * @param program - the program and its arguments
 * @param interrupted - kills the group
 * @throws {ProgramFailed} if the program fails or is killed
 */
export async function runGroup(
  [program = process.execPath, ...args]: readonly string[],
  { env, interrupted }: { readonly env: NodeJS.ProcessEnv; readonly interrupted: AbortSignal },
): Promise<void> {
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL');
    }
  };
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  interrupted.addEventListener('abort', kill, { once: true });
  try {
    const [code, printed, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    if (code !== 0) {
      throw new ProgramFailed(program, `${printed}${errors}`);
    }
  } finally {
    interrupted.removeEventListener('abort', kill);
  }
}
