import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from './cli';

/** Signals that end a command: Ctrl-C, the end of its terminal, and that of a supervisor. */
const SIGNALS = ['SIGINT', 'SIGHUP', 'SIGTERM'] as const;

/**
 * Creates a temporary folder, and deletes it when the work is done, has failed, or is interrupted by a signal. The process ends after
 * such a signal, with the exit code of a shell: 128 and the number of the signal.
 *
 * @param use - called with the folder, and with an `AbortSignal` after which it must end the processes that write to the folder
 * @throws {CommandError} if the folder cannot be created
 */
export async function inTemporaryFolder<Result>(
  prefix: string,
  use: (folder: string, interrupted: AbortSignal) => Result,
): Promise<Awaited<Result>> {
  const folder = create(prefix);
  const interruption = new AbortController();
  let received: (typeof SIGNALS)[number] | undefined;
  const interrupt = (signal: (typeof SIGNALS)[number]) => {
    received = signal;
    interruption.abort();
  };
  SIGNALS.forEach((signal) => process.on(signal, interrupt));
  try {
    return await use(folder, interruption.signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    SIGNALS.forEach((signal) => process.off(signal, interrupt));
    if (received) {
      process.exit(128 + constants.signals[received]);
    }
  }
}

function create(prefix: string): string {
  try {
    return mkdtempSync(join(tmpdir(), prefix));
  } catch (error) {
    throw new CommandError(
      `The temporary folder must be a folder that this process can write to, got ${tmpdir()}: ${(error as Error).message}. Fix: set TMPDIR to such a folder.`,
      { cause: error },
    );
  }
}
