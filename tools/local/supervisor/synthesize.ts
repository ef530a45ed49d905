import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { killGroup } from '../process-group';
import { UserError } from '../user-error';
import { synthesisFailure } from './synthesis-failure';

/** Folder of the cloud assembly that the CDK CLI writes. */
const OUTPUT = 'cdk.out';

/**
 * Makes the cloud assembly of the app in this folder, as `cdk synth` does.
 *
 * @param signal - ends the synthesis
 * @returns its folder. Throws a UserError that says why there is none.
 */
export async function synthesize(context: readonly string[], signal: AbortSignal): Promise<string> {
  const args = ['synth', '--quiet', '--no-notices', '--output', OUTPUT, ...context.flatMap((pair) => ['-c', pair])];
  // A process group of its own: the CDK starts the app, and both end together.
  const cdk = spawn(process.execPath, [commandLineOfTheCdk(), ...args], {
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

/** The app's own version. */
function commandLineOfTheCdk(): string {
  try {
    return require.resolve('aws-cdk/bin/cdk', { paths: [process.cwd()] });
  } catch {
    throw new UserError(
      `The package aws-cdk is not installed for ${process.cwd()}. Fix: run npm install --save-dev aws-cdk there, or name a cloud assembly with --app.`,
    );
  }
}
