import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { killGroup } from '../process-group';
import { UserError } from '../user-error';
import { noApp, synthesisFailure } from './synthesis-failure';

/** Folder of the cloud assembly that the CDK CLI writes. */
const OUTPUT = 'cdk.out';

/**
 * Synthesizes the app in this folder, as `cdk synth` does.
 *
 * @param signal - cancels the synthesis
 * @returns the folder of the cloud assembly. Throws a UserError with the reason if the synthesis fails
 */
export async function synthesize(context: readonly string[], signal: AbortSignal): Promise<string> {
  const args = ['synth', '--quiet', '--no-notices', '--output', OUTPUT, ...context.flatMap((pair) => ['-c', pair])];
  // A separate process group: the CDK CLI starts the app, and both end together.
  const cdk = spawn(process.execPath, [pathOfCdkCli(), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const kill = () => killGroup(cdk);
  signal.addEventListener('abort', kill);
  const [[code], ...printed] = await Promise.all([once(cdk, 'exit'), text(cdk.stdout), text(cdk.stderr)]);
  signal.removeEventListener('abort', kill);
  if (code !== 0) {
    throw synthesisFailure(stripVTControlCharacters(printed.join('')).trim());
  }
  return OUTPUT;
}

/** Path of the CDK CLI in the version that the app uses. */
function pathOfCdkCli(): string {
  try {
    return require.resolve('aws-cdk/bin/cdk', { paths: [process.cwd()] });
  } catch {
    if (!existsSync('cdk.json')) {
      throw noApp();
    }
    throw new UserError(
      `The package aws-cdk is not installed for ${process.cwd()}. Fix: run npm install --save-dev aws-cdk there, or pass a cloud assembly with --app.`,
    );
  }
}
