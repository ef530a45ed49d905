import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { CommandError } from '../cli';

/**
 * Synthesizes the app in the working directory, as `cdk synth` does, and not into `cdk.out`, which another command can be using.
 *
 * @param context pairs `key=value`
 * @param use called with the folder of the cloud assembly, which is deleted afterwards
 * @throws {CommandError} with the output of the app if the synthesis fails
 */
export async function synthesize<Result>(
  context: readonly string[],
  use: (folder: string) => Result,
): Promise<Awaited<Result>> {
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-preflight-'));
  try {
    const cli = require.resolve('aws-cdk/bin/cdk');
    const args = ['synth', '--quiet', '--no-notices', '--output', folder, ...context.flatMap((pair) => ['-c', pair])];
    await promisify(execFile)(process.execPath, [cli, ...args], { maxBuffer: Infinity }).catch((error) => {
      throw new CommandError(`The app cannot be synthesized:\n${outputOf(error)}`, { cause: error });
    });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outputOf({ stdout = '', stderr = '', message }: Error & { stdout?: string; stderr?: string }): string {
  return stripVTControlCharacters(`${stdout}${stderr}`).trim() || message;
}
