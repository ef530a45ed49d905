import { execFile } from 'node:child_process';

/** Milliseconds. A running Docker responds in well under a second. */
const TIMEOUT = 10_000;

/**
 * Asks Docker for its version, with the program that the CDK uses: CDK_DOCKER, or `docker`.
 *
 * @returns undefined if it responds, otherwise the reason why it does not
 */
export function docker(): Promise<string | undefined> {
  const program = process.env.CDK_DOCKER ?? 'docker';
  return new Promise((resolve) => {
    // `version` also asks the daemon, and fails if that is not running.
    execFile(program, ['version'], { timeout: TIMEOUT }, (error, _, stderr) => {
      resolve(error ? reason(program, error, stderr) : undefined);
    });
  });
}

function reason(program: string, { code, message }: { code?: unknown; message: string }, stderr: string): string {
  return code === 'ENOENT' ? `${program} is not installed` : (stderr || message).trim().split('\n').at(-1) || message;
}
