import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { Refusal } from './refusal';

/** Where the CDK's command line puts an assembly. */
const OUTPUT = 'cdk.out';

/**
 * Makes the cloud assembly of the app in this folder, as `cdk synth` does.
 *
 * @param signal - ends the synthesis
 * @returns its folder. Throws a {@link Refusal} with what the app printed.
 */
export async function synthesize(context: readonly string[], signal: AbortSignal): Promise<string> {
  const args = ['synth', '--quiet', '--no-notices', '--output', OUTPUT, ...context.flatMap((pair) => ['-c', pair])];
  // A process group of its own: the CDK starts the app, and both end together.
  const cdk = spawn(process.execPath, [require.resolve('aws-cdk/bin/cdk'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const kill = () => killGroup(cdk);
  signal.addEventListener('abort', kill);
  const [[code], ...printed] = await Promise.all([once(cdk, 'exit'), text(cdk.stdout), text(cdk.stderr)]);
  signal.removeEventListener('abort', kill);
  if (code !== 0) {
    const output = stripVTControlCharacters(printed.join('')).trim();
    throw new Refusal(
      `The app could not be synthesized:\n${output}`,
      `The app could not be synthesized: ${cause(output)}`,
    );
  }
  return OUTPUT;
}

/** @returns the first line that speaks of an error; where it comes from esbuild, the place is on the next but one. */
function cause(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const told = lines.findIndex((line) => /error/i.test(line));
  const place = lines.slice(told + 1).find((line) => /^\S+:\d+:\d+:?$/.test(line));
  return [lines[Math.max(told, 0)], place?.replace(/:$/, '')].filter(Boolean).join(' at ');
}

function killGroup({ pid, exitCode }: ChildProcess): void {
  if (pid && exitCode === null) {
    process.kill(-pid, 'SIGKILL');
  }
}
