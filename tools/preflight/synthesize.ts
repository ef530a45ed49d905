import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { mkdirSync } from 'node:fs';
import { CommandError } from '../cli';
import { ProgramFailed, runGroup } from '../process-group';
import { inTemporaryFolder } from '../temporary-folder';

/**
 * Synthesizes the app in the working directory, as `cdk synth` does, and not into `cdk.out`, which another command can be using.
 *
 * @param context pairs `key=value`
 * @param use called with the folder of the cloud assembly, which is deleted afterwards, also after Ctrl-C
 * @throws {CommandError} with the output of the app if the synthesis fails
 */
export function synthesize<Result>(
  context: readonly string[],
  use: (folder: string) => Result,
): Promise<Awaited<Result>> {
  return inTemporaryFolder('twinlane-synth-', async (folder, interrupted) => {
    const cli = require.resolve('aws-cdk/bin/cdk');
    const output = join(folder, 'assembly');
    const args = ['synth', '--quiet', '--no-notices', '--output', output, ...context.flatMap((pair) => ['-c', pair])];
    await runGroup([process.execPath, cli, ...args], { env: withTemporaryFiles(folder), interrupted }).catch(
      (error: unknown) => {
        throw new CommandError(`The app cannot be synthesized:\n${outputOf(error)}`, { cause: error });
      },
    );
    return await use(output);
  }) as Promise<Awaited<Result>>;
}

/** @returns the environment of a synthesis whose temporary files are in a folder, so that they are deleted with it */
export function withTemporaryFiles(folder: string): NodeJS.ProcessEnv {
  const TMPDIR = join(folder, 'tmp');
  mkdirSync(TMPDIR);
  return { ...process.env, TMPDIR };
}

function outputOf(error: unknown): string {
  const { message } = error as Error;
  return (error instanceof ProgramFailed && stripVTControlCharacters(error.output).trim()) || message;
}
